/* Bit by bit what TensorFlow Lite Micro's two front ends gave. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "features/features.h"
#include "vectors.h"

static size_t compare(const char *block, const struct vector *v)
{
	struct project_features f = { .preset = "micro-speech",
				      .block = block };
	struct features_input from = { .rate_hz = v->rate_hz, .channels = 1,
				       .rows = v->rows };
	const int8_t *want = v->want;
	struct buf blob = BUF_INIT;
	struct err err = { 0 };
	struct dsp_recipe r;
	int32_t *out;
	void *scratch;
	size_t unequal = 0;

	cr_assert_eq(features_make_for(&f, &from, &blob, &err), 0, "%s",
		     err.text);
	cr_assert_eq(features_open(blob.data, blob.len, &r, &err), 0, "%s",
		     err.text);
	cr_assert_eq(dsp_outputs(&r), (size_t)v->count);
	out = calloc(dsp_outputs(&r), sizeof(*out));
	scratch = malloc(dsp_scratch_bytes(&r));
	dsp_compute(&r, v->input, (size_t)v->rows, 0, out, scratch);
	for (long i = 0; i < v->count; i++)
		unequal += out[i] != (want[i] + 128) * (26 << 8);
	free(scratch);
	free(out);
	buf_release(&blob);
	return unequal;
}

static void check(const char *block, const char *stage)
{
	struct vectors vectors;
	struct vector v;
	int inputs = 0;

	if (!vectors_open(&vectors, "micro-speech"))
		cr_skip_test("no " VECTORS);
	while (vectors_next(&vectors, stage, &v)) {
		size_t unequal = compare(block, &v);

		cr_expect_eq(unequal, 0, "%s %s: %zu of %ld differ", block,
			     v.id, unequal, v.count);
		inputs++;
	}
	cr_assert(inputs > 20);
	vectors_close(&vectors);
}

Test(micro, the_preprocessor_model_bit_by_bit)
{
	check("preprocessor", "features");
}

Test(micro, the_microfrontend_library_bit_by_bit)
{
	check("microfrontend", "mf_features");
}
