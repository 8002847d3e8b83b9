/* seeds_recipe DIR - what fuzz_recipe starts from: two small recipes. */
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

int main(int argc, char **argv)
{
	if (argc != 2 || seed(argv[1], 8, 2000) || seed(argv[1], 12, 8000))
		return 1;
	return 0;
}
