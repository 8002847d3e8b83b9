#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "plan/runner.h"
#include "sample_model.h"
#include "squeeze/answers.h"

enum { ITEMS = 5, NUMBERS = 60, CLASSES = 3 };

/* Features as features_items gives them: integers * 2^-16. */
static void fill(struct features_items *items, int k)
{
	*items = (struct features_items){ .n = ITEMS, .k = k };
	items->x = calloc((size_t)(ITEMS * k * NUMBERS), sizeof(*items->x));
	for (int i = 0; i < ITEMS * k * NUMBERS; i++)
		items->x[i] = (float)((i * 7919) % 400000 - 200000) * 0x1p-16f;
}

Test(answers, the_first_of_equals_is_the_largest)
{
	const int8_t s8[] = { -128, 5, 127, 127, 0 };
	const float f32[] = { -1, 2, 2, -5 };

	cr_assert_eq(squeeze_argmax_s8(s8, 5), 2);
	cr_assert_eq(squeeze_argmax_s8(s8, 1), 0);
	cr_assert_eq(squeeze_argmax_f32(f32, 4), 1);
}

Test(answers, quantised_features_are_rounded_and_saturate)
{
	const float x[] = { 0, 0.05f, -0.05f, 1e2f, -1e2f };
	struct squeeze_input input;
	int8_t out[5];
	struct model m;

	sample_model(&m, KERN_S8);	/* its input: scale 0.05, zero -3 */
	cr_assert_eq(squeeze_input_of(&m, &input, NULL), 0);
	cr_assert_eq(input.zero, -3);
	squeeze_quantise(&input, x, 5, out);
	cr_assert_eq(out[0], -3);
	cr_assert_eq(out[1], -2);
	cr_assert_eq(out[2], -4);
	cr_assert_eq(out[3], 127);
	cr_assert_eq(out[4], -128);
	model_release(&m);
}

Test(answers, a_float_input_is_refused_in_words)
{
	struct squeeze_input input;
	struct err err = { 0 };
	struct model m;

	sample_model(&m, KERN_F32);
	cr_assert_eq(squeeze_input_of(&m, &input, &err), ERR_UNSUPPORTED);
	cr_assert_str_eq(err.text, "the model needs one int8 input with one "
			 "scale");
	model_release(&m);
}

/* Of several variants only the first counts. */
Test(answers, vectors_are_the_inputs_and_outputs_of_the_first_items)
{
	struct features_items one, three;
	uint32_t classes[ITEMS], again[ITEMS];
	struct buf vectors = BUF_INIT, none = BUF_INIT;
	struct plan_runner runner;
	int8_t out[CLASSES];
	struct model m;

	sample_model(&m, KERN_S8);
	fill(&one, 1);
	fill(&three, 3);
	for (int i = 0; i < ITEMS; i++)
		memcpy(three.x + 3 * i * NUMBERS, one.x + i * NUMBERS,
		       NUMBERS * sizeof(float));
	cr_assert_eq(answers_int8(&m, &one, classes, &vectors, 2, NULL), 0);
	cr_assert_eq(answers_int8(&m, &three, again, &none, 0, NULL), 0);
	cr_assert_eq(memcmp(classes, again, sizeof(classes)), 0);
	cr_assert_eq(none.len, 0);
	cr_assert_eq(vectors.len, 2 * (NUMBERS + CLASSES));
	cr_assert_eq(plan_runner_open_model(&runner, &m, NULL), 0);
	for (int i = 0; i < 2; i++) {
		const uint8_t *pair =
			vectors.data + i * (NUMBERS + CLASSES);

		plan_runner_infer(&runner, pair, out);
		cr_assert_eq(memcmp(out, pair + NUMBERS, CLASSES), 0);
		cr_assert_eq(classes[i], squeeze_argmax_s8(out, CLASSES));
	}
	plan_runner_close(&runner);
	free(one.x);
	free(three.x);
	buf_release(&vectors);
	model_release(&m);
}

Test(answers, float_takes_the_first_variant_too)
{
	uint32_t classes[ITEMS], again[ITEMS];
	struct features_items one, two;
	struct model m;

	sample_model(&m, KERN_F32);
	fill(&one, 1);
	fill(&two, 2);
	for (int i = 0; i < ITEMS; i++)
		memcpy(two.x + 2 * i * NUMBERS, one.x + i * NUMBERS,
		       NUMBERS * sizeof(float));
	cr_assert_eq(answers_float(&m, &one, classes, NULL), 0);
	cr_assert_eq(answers_float(&m, &two, again, NULL), 0);
	cr_assert_eq(memcmp(classes, again, sizeof(classes)), 0);
	for (int i = 0; i < ITEMS; i++)
		cr_assert_lt(classes[i], CLASSES);
	free(one.x);
	free(two.x);
	model_release(&m);
}
