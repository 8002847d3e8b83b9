/* Write the recipe block as C to the file named, and print the host's CRC. */
#include <stdio.h>

#include "features/features.h"
#include "run.h"

static struct run run;

static int write_block(const char *path, const struct buf *blob)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return 1;
	fprintf(f, "static const uint32_t block[] = {\n");
	for (size_t i = 0; i < blob->len; i += 4)
		fprintf(f, "0x%02x%02x%02x%02x,\n", blob->data[i + 3],
			blob->data[i + 2], blob->data[i + 1], blob->data[i]);
	fprintf(f, "};\n");
	return fclose(f) != 0;
}

int main(int argc, char **argv)
{
	struct project_features f = {
		.preset = "mlperf-kws", .window_ms = 30, .stride_ms = 20,
		.length_ms = 1000, .mel_bands = 40, .coefficients = 10,
		.low_hz = 20, .high_hz = 4000,
	};
	struct buf blob = BUF_INIT;

	if (argc != 2 || features_make(&f, RUN_SAMPLES, &blob, NULL) ||
	    write_block(argv[1], &blob))
		return 1;
	printf("%08x\n", run_all(&run, blob.data, blob.len));
	buf_release(&blob);
	return 0;
}
