#include "train/augment.h"

#include <string.h>

double augment_between(struct rng *rng, double most)
{
	return most * (2 * (double)rng_unit(rng) - 1);
}

double augment_normal(struct rng *rng)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += (double)rng_unit(rng);
	return sum;
}

bool augment_needs_sound(const struct project_augment *a)
{
	return a->speed > 0 || a->noise_db > 0 || a->tilt_db > 0 ||
	       a->gain_db > 0;
}

int augment_check(const struct project_augment *a, enum dataset_kind kind,
		  bool is_raw, struct err *err)
{
	const bool flip = strcmp(a->flip, "yes") == 0;
	const struct {
		const char *name;
		bool is_set, sound, image, axes;
	} keys[] = {
		{ "speed", a->speed > 0, true, false, false },
		{ "noise_db", a->noise_db > 0, true, false, false },
		{ "tilt_db", a->tilt_db > 0, true, false, false },
		{ "gain_db", a->gain_db > 0, true, false, false },
		{ "time_mask", a->time_mask > 0, true, false, true },
		{ "band_mask", a->band_mask > 0, true, false, false },
		{ "flip", flip, false, true, false },
		{ "move", a->move > 0, false, true, false },
		{ "cutout", a->cutout > 0, false, true, false },
		{ "brightness", a->brightness > 0, false, true, false },
		{ "turn", a->turn > 0, false, true, is_raw },
		{ "scale", a->scale > 0, false, true, is_raw },
		{ "warp", a->warp > 0, false, false, is_raw },
		{ "jitter", a->jitter > 0, false, false, is_raw },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		bool fits = kind == DATASET_AUDIO ? keys[i].sound :
			    kind == DATASET_IMAGE ? keys[i].image :
			    keys[i].axes;

		if (!keys[i].is_set || fits)
			continue;
		err_set(err, ERR_UNSUPPORTED, "train.augment.%s does not go "
			"with these recordings", keys[i].name);
		err_hint(err, "tinyml.yaml(5) says what it is for");
		return ERR_UNSUPPORTED;
	}
	return 0;
}

/* A run of up to share percent of n; its length, *first set. */
static size_t draw_run(struct rng *rng, size_t n, double share, size_t *first)
{
	size_t most = (size_t)((double)n * share / 100), run;

	run = rng_below(rng, (uint32_t)most + 1);
	*first = rng_below(rng, (uint32_t)(n - run) + 1);
	return run;
}

static float column_mean(const float *x, size_t rows, size_t columns)
{
	double sum = 0;

	for (size_t r = 0; r < rows; r++)
		sum += (double)x[r * columns];
	return (float)(sum / (double)rows);
}

static void mask(const struct project_augment *a, size_t rows, size_t columns,
		 struct rng *rng, float *x)
{
	size_t row, rows_off, column, columns_off;

	rows_off = draw_run(rng, rows, a->time_mask, &row);
	columns_off = draw_run(rng, columns, a->band_mask, &column);
	for (size_t c = 0; c < columns; c++) {
		bool off = c >= column && c - column < columns_off;
		float mean = column_mean(x + c, rows, columns);

		for (size_t r = 0; r < rows; r++)
			if (off || (r >= row && r - row < rows_off))
				x[r * columns + c] = mean;
	}
}

void augment_features(const struct project_augment *a, enum dataset_kind kind,
		      struct augment_shape shape, const float *in,
		      struct rng *rng, float *out)
{
	size_t n = shape.h * shape.w * shape.c;

	if (kind == DATASET_IMAGE)
		augment_image(a, shape, in, rng, out);
	else if (kind == DATASET_TABLE)
		augment_axes(a, shape, in, rng, out);
	else
		memcpy(out, in, n * sizeof(*out));
	if (a->time_mask > 0 || a->band_mask > 0)
		mask(a, shape.h, shape.w * shape.c, rng, out);
}
