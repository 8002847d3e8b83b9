/* Write recipe blocks as C to the file named, and print the host's CRC. */
#include <stdio.h>

#include "features/features.h"
#include "run.h"

static struct run run;

static const struct {
	const char *preset, *block;
	struct features_input from;
} others[] = {
	{ "mlperf-sww", "mfe", { .rate_hz = 16000, .channels = 1 } },
	{ "micro-speech", "auto", { .rate_hz = 16000, .channels = 1 } },
	{ "edge-impulse-v4", "mfcc", { .rate_hz = 16000, .channels = 1 } },
	{ "edge-impulse-v4", "mfe", { .rate_hz = 8000, .channels = 1 } },
	{ "edge-impulse-v4", "spectrogram", { .rate_hz = 8000,
					      .channels = 1 } },
	{ "edge-impulse-v4", "spectral", { .rate_hz = 100, .channels = 3,
					   .is_float = true } },
	{ "edge-impulse-v4", "wavelet", { .rate_hz = 300, .channels = 2 } },
	{ "edge-impulse-v4", "flatten", { .rate_hz = 100, .channels = 6 } },
	{ "htk", "mfcc", { .rate_hz = 16000, .channels = 1 } },
	{ "librosa", "mfcc", { .rate_hz = 8000, .channels = 1 } },
	{ "raw", "raw", { .rate_hz = 100, .channels = 3 } },
	{ "image", "image", { .channels = 3, .height = 96, .width = 96 } },
};

enum { OTHERS = sizeof(others) / sizeof(others[0]) };

static void write_words(FILE *f, const struct buf *blob)
{
	for (size_t i = 0; i < blob->len; i += 4)
		fprintf(f, "0x%02x%02x%02x%02x,\n", blob->data[i + 3],
			blob->data[i + 2], blob->data[i + 1], blob->data[i]);
	fprintf(f, "};\n");
}

/* The blocks behind one another and a list of them. */
static void write_others(FILE *f, const struct buf *blobs)
{
	for (int i = 0; i < OTHERS; i++) {
		fprintf(f, "static const uint32_t other%d[] = {\n", i);
		write_words(f, &blobs[i]);
	}
	fprintf(f, "static const struct run_block others[] = {\n");
	for (int i = 0; i < OTHERS; i++)
		fprintf(f, "{ other%d, sizeof(other%d) },\n", i, i);
	fprintf(f, "};\n");
}

static int write_blocks(const char *path, const struct buf *kws,
			const struct buf *blobs)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return 1;
	fprintf(f, "static const uint32_t block[] = {\n");
	write_words(f, kws);
	write_others(f, blobs);
	return fclose(f) != 0;
}

static int make(const char *preset, const char *block,
		const struct features_input *from, struct buf *blob)
{
	struct project_features f = {
		.preset = preset, .block = block, .length_ms = 1000,
		.low_hz = -1, .preemphasis = -1, .top_db = -1,
		.normalise = -1, .scale = 1, .decimate = 3, .filter = "low",
		.cutoff_hz = 9, .order = 6, .height = 40, .width = 60,
		.colours = "grey",
	};

	return features_make_for(&f, from, blob, NULL);
}

int main(int argc, char **argv)
{
	static const struct features_input sound = { .rate_hz = RUN_SAMPLES,
						     .channels = 1 };
	struct buf kws = BUF_INIT, blobs[OTHERS] = { BUF_INIT };
	struct run_block blocks[OTHERS];
	uint32_t crc;
	int ret = argc != 2 || make("mlperf-kws", "mfcc", &sound, &kws);

	for (int i = 0; i < OTHERS && !ret; i++) {
		ret = make(others[i].preset, others[i].block, &others[i].from,
			   &blobs[i]);
		blocks[i] = (struct run_block){ blobs[i].data, blobs[i].len };
	}
	if (ret || write_blocks(argv[1], &kws, blobs))
		return 1;
	crc = run_others(&run, blocks, OTHERS);
	printf("%08x\n", run_all(&run, kws.data, kws.len) ^ crc);
	buf_release(&kws);
	for (int i = 0; i < OTHERS; i++)
		buf_release(&blobs[i]);
	return crc == 0;
}
