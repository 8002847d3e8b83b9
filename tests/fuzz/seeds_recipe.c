/* seeds_recipe DIR - what fuzz_recipe starts from: small recipes of every
 * kind. */
#include <stdio.h>

#include "base/file.h"
#include "features/features.h"

static int seed(const char *folder, long bands, long rate_hz)
{
	struct project_features f = {
		.preset = "mlperf-kws", .window_ms = 30, .stride_ms = 20,
		.length_ms = 1000, .mel_bands = bands, .coefficients = 8,
		.low_hz = 20, .high_hz = rate_hz / 2,
	};
	struct buf blob = BUF_INIT;
	char path[4096];
	int ret = features_make(&f, rate_hz, &blob, NULL);

	snprintf(path, sizeof(path), "%s/recipe-%ld", folder, rate_hz);
	if (!ret)
		ret = file_write(path, blob.data, blob.len, 0644, NULL);
	buf_release(&blob);
	return ret;
}

/* A preset as it is, of a clip of length_ms. */
static int seed_preset(const char *folder, const char *preset,
		       const char *block, long length_ms,
		       struct features_input from)
{
	struct project_features f = {
		.preset = preset, .block = block, .length_ms = length_ms,
		.low_hz = -1, .preemphasis = -1, .top_db = -1,
		.normalise = -1, .scale = 1, .decimate = 3,
		.filter = "low", .cutoff_hz = 5, .order = 4,
		.height = 4, .width = 11,
	};
	struct buf blob = BUF_INIT;
	char path[4096];
	int ret = features_make_for(&f, &from, &blob, NULL);

	snprintf(path, sizeof(path), "%s/recipe-%s-%s", folder, preset, block);
	if (!ret)
		ret = file_write(path, blob.data, blob.len, 0644, NULL);
	buf_release(&blob);
	return ret;
}

static int seed_sound(const char *folder)
{
	struct features_input sound = { .rate_hz = 8000, .channels = 1 };
	struct features_input fast = { .rate_hz = 16000, .channels = 1 };

	return seed_preset(folder, "micro-speech", "auto", 50, fast) ||
	       seed_preset(folder, "edge-impulse-v4", "mfcc", 200, sound) ||
	       seed_preset(folder, "edge-impulse-v4", "mfe", 100, sound) ||
	       seed_preset(folder, "edge-impulse-v4", "spectrogram", 50,
			   sound) ||
	       seed_preset(folder, "htk", "mfcc", 100, sound) ||
	       seed_preset(folder, "librosa", "mfe", 100, sound);
}

static int seed_sensors(const char *folder)
{
	struct features_input motion = { .rate_hz = 100, .channels = 3 };

	struct features_input floats = motion;
	struct features_input image = { .channels = 3, .height = 9,
					.width = 7 };

	floats.is_float = true;
	return seed_preset(folder, "raw", "raw", 50, motion) ||
	       seed_preset(folder, "edge-impulse-v4", "flatten", 200,
			   motion) ||
	       seed_preset(folder, "edge-impulse-v4", "wavelet", 2000,
			   motion) ||
	       seed_preset(folder, "edge-impulse-v4", "spectral", 300,
			   floats) ||
	       seed_preset(folder, "image", "image", 0, image);
}

int main(int argc, char **argv)
{
	if (argc != 2 || seed(argv[1], 8, 2000) || seed(argv[1], 12, 8000) ||
	    seed_sound(argv[1]) || seed_sensors(argv[1]))
		return 1;
	return 0;
}
