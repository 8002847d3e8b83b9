#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/rng.h"
#include "features/features.h"
#include "model/tflite.h"
#include "plan/runner.h"
#include "rt/rt.h"
#include "tiny_image.h"

#define KWS "../shared/models/kws_ref_model.tflite"

enum { FILE_MAX = 1 << 20 };

static struct rt *new_rt(void)
{
	struct rt *rt = aligned_alloc(16, (sizeof(*rt) + 15) & ~(size_t)15);

	rt_init(rt, NULL, NULL);
	return rt;
}

Test(rt, golden_vectors_and_the_first_that_differs)
{
	struct rt *rt = new_rt();
	struct rt_golden golden;
	_Alignas(16) uint8_t image[TINY_IMAGE_BYTES];

	cr_assert_eq(rt_selftest(rt, &golden), ERR_MISSING);
	tiny_image(image, 3, 0, 32);
	cr_assert_eq(rt_open(rt, image, sizeof(image)), 0);
	cr_assert_eq(rt_selftest(rt, &golden), 0);
	cr_assert_eq(golden.passed, TINY_VECTORS);
	tiny_image(image, 3, 1, 32);
	cr_assert_eq(rt_open(rt, image, sizeof(image)), 0);
	cr_assert_eq(rt_selftest(rt, &golden), ERR_NO);
	cr_assert_eq(golden.failed, TINY_VECTORS - 1);
	free(rt);
}

Test(rt, wrong_sizes_and_kinds_are_refused)
{
	struct rt *rt = new_rt();
	_Alignas(16) uint8_t image[TINY_IMAGE_BYTES];

	tiny_image(image, 3, 0, 32);
	cr_assert_eq(rt_run(rt, RT_TENSOR, TINY_IN), ERR_MISSING);
	cr_assert_eq(rt_open(rt, image, sizeof(image)), 0);
	cr_assert_eq(rt_run(rt, RT_TENSOR, TINY_IN - 1), ERR_RANGE);
	cr_assert_eq(rt_run(rt, RT_PCM, TINY_IN), ERR_UNSUPPORTED);
	cr_assert_eq(rt_input_bytes(rt, RT_PCM), 0);
	tiny_image(image, 3, 0, RT_ARENA_BYTES + 16);
	cr_assert_eq(rt_check(rt, image, sizeof(image)), ERR_NOFIT);
	image[0] ^= 1;
	cr_assert_eq(rt_check(rt, image, sizeof(image)), ERR_FORMAT);
	cr_assert(rt->is_open);
	free(rt);
}

Test(rt, a_byte_written_beside_the_arena_voids_the_result)
{
	struct rt *rt = new_rt();
	_Alignas(16) uint8_t image[TINY_IMAGE_BYTES];

	tiny_image(image, 3, 0, 32);
	cr_assert_eq(rt_open(rt, image, sizeof(image)), 0);
	cr_assert_eq(rt_run(rt, RT_TENSOR, TINY_IN), 0);
	rt->guard_low[RT_GUARD_BYTES - 1] = 0;
	cr_assert_eq(rt_run(rt, RT_TENSOR, TINY_IN), ERR_DEVICE);
	free(rt);
}

/* ---- a real keyword model, from samples ---- */

struct keyword {
	struct buf file, recipe, image;
	struct plan_runner host;
	struct dsp_recipe dsp;
};

static void keyword_open(struct keyword *k)
{
	struct project_features features = {
		.preset = "mlperf-kws", .length_ms = 1000, .low_hz = -1 };
	struct plan_extras extras = { .features = NULL };
	struct plan plan;

	cr_assert_eq(file_read(KWS, FILE_MAX, &k->file, NULL), 0);
	cr_assert_eq(plan_runner_open(&k->host, k->file.data, k->file.len,
				      NULL), 0);
	cr_assert_eq(features_make(&features, 16000, &k->recipe, NULL), 0);
	cr_assert_eq(features_open(k->recipe.data, k->recipe.len, &k->dsp,
				   NULL), 0);
	extras.features = k->recipe.data;
	extras.feature_bytes = k->recipe.len;
	cr_assert_eq(plan_init(&plan, &k->host.model, KERN_SET_REF, NULL), 0);
	cr_assert_eq(plan_emit_image(&plan, &extras, &k->image, NULL), 0);
	plan_release(&plan);
}

static void keyword_close(struct keyword *k)
{
	plan_runner_close(&k->host);
	buf_release(&k->file);
	buf_release(&k->recipe);
	buf_release(&k->image);
}

/* The host's way from samples to int8 features and outputs. */
static void host_answer(struct keyword *k, const int16_t *pcm, size_t n,
			int8_t *features, int8_t *out)
{
	struct run_tensor in = run_input(&k->host.run, 0);
	int32_t fixed[1024], multiplier;
	_Alignas(8) static uint8_t scratch[DSP_MFCC_SCRATCH_MAX];
	float scale;
	int shift;

	memcpy(&scale, &in.desc.scale, sizeof(scale));
	cr_assert_eq(features_quantiser(scale, &multiplier, &shift, NULL), 0);
	dsp_compute(&k->dsp, pcm, n, 0, fixed, scratch);
	dsp_quantise(fixed, dsp_outputs(&k->dsp), multiplier, shift,
		     in.desc.zero, features);
	plan_runner_infer(&k->host, features, out);
}

Test(rt, features_and_answers_from_samples_equal_the_host)
{
	struct keyword k = { .file = BUF_INIT };
	struct rt *rt = new_rt();
	static int16_t pcm[16000];
	int8_t features[490], out[12];
	uint8_t got[490];
	struct rng rng;

	if (!file_exists(KWS))
		cr_skip_test("no " KWS);
	keyword_open(&k);
	cr_assert_eq(rt_open(rt, k.image.data, k.image.len), 0);
	cr_assert_eq(rt_input_bytes(rt, RT_PCM), sizeof(pcm));
	rng_init(&rng, 3, 0);
	for (int round = 0; round < 4; round++) {
		size_t n = round == 3 ? 9000 : 16000;

		for (int i = 0; i < 16000; i++)
			pcm[i] = (int16_t)(rng_below(&rng, 1u << 16) >> round *
					   4);
		memcpy(rt->input, pcm, n * 2);
		cr_assert_eq(rt_run(rt, RT_PCM, (uint32_t)n * 2), 0);
		host_answer(&k, pcm, n, features, out);
		cr_assert_eq(rt_read(rt, RT_FEATURES, 0, got, sizeof(got)),
			     490);
		cr_assert_eq(memcmp(got, features, 490), 0);
		cr_assert_eq(rt_read(rt, RT_TENSOR, 0, got, sizeof(got)), 12);
		cr_assert_eq(memcmp(got, out, 12), 0);
	}
	keyword_close(&k);
	free(rt);
}
