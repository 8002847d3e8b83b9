#include "rt/rt.h"

#include <string.h>

#include "rt/quantiser.h"

enum { GUARD = 0xA5 };

void rt_init(struct rt *rt, void (*feed)(void *ctx), void *ctx)
{
	memset(rt, 0, sizeof(*rt));
	memset(rt->guard_low, GUARD, sizeof(rt->guard_low));
	memset(rt->guard_high, GUARD, sizeof(rt->guard_high));
	rt->feed = feed;
	rt->ctx = ctx;
}

static bool is_guard_whole(const struct rt *rt)
{
	uint8_t all = 0;

	for (int i = 0; i < RT_GUARD_BYTES; i++)
		all |= (uint8_t)((rt->guard_low[i] ^ GUARD) |
				 (rt->guard_high[i] ^ GUARD));
	return all == 0;
}

/* ---- opening ---- */

/* In work: FFT scratch, features as int32, features as int8. */
static int plan_work(struct rt_model *model)
{
	size_t scratch = (dsp_scratch_bytes(&model->recipe) + 7) & ~(size_t)7;
	size_t count = dsp_outputs(&model->recipe);

	if (scratch > RT_WORK_BYTES || count > (RT_WORK_BYTES - scratch) / 5)
		return ERR_NOFIT;
	model->feature_offset = (uint32_t)(scratch + 4 * count);
	model->feature_bytes = (uint32_t)count;
	return 0;
}

static int open_recipe(struct rt_model *model, const uint8_t *block, size_t n)
{
	struct run_tensor input = run_input(&model->run, 0);
	int err = dsp_open(block, n, &model->recipe);

	if (err)
		return err;
	if (run_input_count(&model->run) != 1 || input.desc.type != KERN_S8 ||
	    dsp_outputs(&model->recipe) != input.desc.bytes)
		return ERR_FORMAT;
	if (dsp_clip_bytes(&model->recipe) > RT_INPUT_BYTES)
		return ERR_NOFIT;
	model->has_recipe = true;
	model->pcm_bytes = (uint32_t)dsp_clip_bytes(&model->recipe);
	model->zero = input.desc.zero;
	err = quantiser_from_scale(input.desc.scale, &model->multiplier,
				   &model->shift);
	return err ? err : plan_work(model);
}

static int sum_tensors(struct rt_model *model)
{
	for (unsigned i = 0; i < run_input_count(&model->run); i++) {
		struct run_tensor input = run_input(&model->run, i);

		if (input.desc.place != MODEL_IMAGE_IN_ARENA)
			return ERR_FORMAT;
		model->input_bytes += input.desc.bytes;
	}
	for (unsigned i = 0; i < run_output_count(&model->run); i++)
		model->output_bytes += run_output(&model->run, i).desc.bytes;
	return model->input_bytes > RT_INPUT_BYTES ? ERR_NOFIT : 0;
}

static int check_board(const struct rt *rt, const struct rt_model *model)
{
	const char *target = model_image_info(&model->run.image, "target");

	if (!rt->board)
		return 0;
	return target && strcmp(target, rt->board) == 0 ? 0 : ERR_TARGET;
}

static int open_model(struct rt *rt, const void *image, size_t n,
		      struct rt_model *model)
{
	const uint8_t *block;
	size_t block_bytes;
	int err;

	memset(model, 0, sizeof(*model));
	err = run_open(&model->run, rt_set, image, n, rt->arena,
		       sizeof(rt->arena));
	if (!err)
		err = check_board(rt, model);
	if (!err)
		err = sum_tensors(model);
	if (err)
		return err;
	block = model_image_section(&model->run.image, MODEL_IMAGE_FEATURES,
				    &block_bytes);
	return block ? open_recipe(model, block, block_bytes) : 0;
}

int rt_check(struct rt *rt, const void *image, size_t n)
{
	struct rt_model model;

	return open_model(rt, image, n, &model);
}

int rt_open(struct rt *rt, const void *image, size_t n)
{
	int err = open_model(rt, image, n, &rt->model);

	rt->is_open = !err;
	return err;
}

void rt_close(struct rt *rt)
{
	rt->is_open = false;
}

/* ---- running ---- */

uint32_t rt_input_bytes(const struct rt *rt, enum rt_kind kind)
{
	if (!rt->is_open)
		return 0;
	if (kind == RT_TENSOR)
		return rt->model.input_bytes;
	return kind == RT_PCM ? rt->model.pcm_bytes : 0;
}

/* rt->input as samples to int8 features, kept in work. */
static uint8_t *compute_features(struct rt *rt, uint32_t n)
{
	const struct rt_model *model = &rt->model;
	size_t count = model->feature_bytes;
	uint8_t *features = rt->work + model->feature_offset;
	int32_t *fixed = (int32_t *)(void *)(features - 4 * count);

	dsp_compute(&model->recipe, rt->input,
		    n / dsp_row_bytes(&model->recipe), 0, fixed, rt->work);
	dsp_quantise(fixed, count, model->multiplier, model->shift,
		     model->zero, (int8_t *)features);
	return features;
}

/* All input tensors, in order, from one row of bytes. */
static void fill_inputs(struct rt *rt, const void *bytes)
{
	const uint8_t *p = bytes;

	for (unsigned i = 0; i < run_input_count(&rt->model.run); i++) {
		struct run_tensor tensor = run_input(&rt->model.run, i);

		memcpy(tensor.data, p, tensor.desc.bytes);
		p += tensor.desc.bytes;
	}
}

/* What is done between operations. */
struct between {
	struct rt *rt;
	struct rt_profile *profile;	/* or NULL */
	uint32_t start;			/* tick at which the operation began */
};

static uint32_t tick(const struct rt_profile *profile)
{
	return profile ? profile->ticks(profile->ctx) : 0;
}

static int between_hook(void *ctx, struct run *run, unsigned op)
{
	struct between *between = ctx;
	struct rt_profile *profile = between->profile;
	struct rt *rt = between->rt;

	(void)run;
	if (profile && op >= profile->first &&
	    op - profile->first < profile->room)
		profile->each[op - profile->first] = tick(profile) -
						     between->start;
	if (rt->feed)
		rt->feed(rt->ctx);
	between->start = tick(profile);
	return 0;
}

static void run_pcm(struct rt *rt, uint32_t n, struct rt_profile *profile)
{
	uint32_t start = tick(profile);
	uint8_t *features = compute_features(rt, n);

	if (profile)
		profile->features = tick(profile) - start;
	fill_inputs(rt, features);
}

int rt_run_profile(struct rt *rt, enum rt_kind kind, uint32_t n,
		   struct rt_profile *profile)
{
	struct between between = { rt, profile, 0 };

	if (!rt->is_open)
		return ERR_MISSING;
	if (kind == RT_PCM && rt->model.has_recipe) {
		if (n > rt->model.pcm_bytes ||
		    n % dsp_row_bytes(&rt->model.recipe))
			return ERR_RANGE;
		run_pcm(rt, n, profile);
	} else if (kind == RT_TENSOR) {
		if (n != rt->model.input_bytes)
			return ERR_RANGE;
		fill_inputs(rt, rt->input);
		if (rt->model.has_recipe)
			memcpy(rt->work + rt->model.feature_offset, rt->input,
			       rt->model.feature_bytes);
	} else {
		return ERR_UNSUPPORTED;
	}
	run_reset(&rt->model.run);
	between.start = tick(profile);
	run_steps(&rt->model.run, 0, run_op_count(&rt->model.run),
		  between_hook, &between);
	if (!is_guard_whole(rt))
		rt->guard_broken = true;
	return rt->guard_broken ? ERR_DEVICE : 0;
}

int rt_run(struct rt *rt, enum rt_kind kind, uint32_t n)
{
	return rt_run_profile(rt, kind, n, NULL);
}

/* ---- results ---- */

static size_t read_part(const uint8_t *bytes, uint32_t total, uint32_t offset,
			uint8_t *out, size_t n)
{
	size_t part = offset < total ? total - offset : 0;

	if (part > n)
		part = n;
	memcpy(out, bytes + offset, part);
	return part;
}

static size_t read_outputs(const struct rt *rt, uint32_t offset, uint8_t *out,
			   size_t n)
{
	size_t got = 0;

	for (unsigned i = 0; i < run_output_count(&rt->model.run); i++) {
		struct run_tensor tensor = run_output(&rt->model.run, i);

		if (offset < tensor.desc.bytes) {
			got += read_part(tensor.data, tensor.desc.bytes,
					 offset, out + got, n - got);
			offset = 0;
		} else {
			offset -= tensor.desc.bytes;
		}
	}
	return got;
}

size_t rt_read(const struct rt *rt, enum rt_kind kind, uint32_t offset,
	       uint8_t *out, size_t n)
{
	if (!rt->is_open)
		return 0;
	if (kind == RT_TENSOR)
		return read_outputs(rt, offset, out, n);
	if (kind == RT_FEATURES && rt->model.has_recipe)
		return read_part(rt->work + rt->model.feature_offset,
				 rt->model.feature_bytes, offset, out, n);
	return 0;
}

uint32_t rt_top(const struct rt *rt)
{
	struct run_tensor tensor;
	const int8_t *value;
	uint32_t top = 0;

	if (!rt->is_open)
		return UINT32_MAX;
	tensor = run_output(&rt->model.run, 0);
	if (tensor.desc.type != KERN_S8)
		return UINT32_MAX;
	value = (const int8_t *)tensor.data;
	for (uint32_t i = 1; i < tensor.desc.bytes; i++)
		if (value[i] > value[top])
			top = i;
	return top;
}

/* ---- self-test ---- */

static bool equals_outputs(const struct rt *rt, const uint8_t *want)
{
	for (unsigned i = 0; i < run_output_count(&rt->model.run); i++) {
		struct run_tensor tensor = run_output(&rt->model.run, i);

		if (memcmp(tensor.data, want, tensor.desc.bytes) != 0)
			return false;
		want += tensor.desc.bytes;
	}
	return true;
}

static bool answers(struct rt *rt, const struct model_image_vector *vector)
{
	enum rt_kind kind = vector->level == MODEL_IMAGE_GOLDEN_SENSOR ?
			    RT_PCM : RT_TENSOR;

	if (vector->input_bytes > RT_INPUT_BYTES ||
	    vector->output_bytes != rt->model.output_bytes)
		return false;
	memcpy(rt->input, vector->input, vector->input_bytes);
	return rt_run(rt, kind, vector->input_bytes) == 0 &&
	       equals_outputs(rt, vector->output);
}

int rt_selftest(struct rt *rt, struct rt_golden *golden)
{
	struct model_image_vector vector;

	*golden = (struct rt_golden){ 0, 0, UINT32_MAX };
	if (!rt->is_open)
		return ERR_MISSING;
	while (!model_image_golden(&rt->model.run.image, golden->vectors,
				   &vector)) {
		if (answers(rt, &vector))
			golden->passed++;
		else if (golden->failed == UINT32_MAX)
			golden->failed = golden->vectors;
		golden->vectors++;
	}
	if (rt->guard_broken)
		return ERR_DEVICE;
	return golden->passed == golden->vectors ? 0 : ERR_NO;
}
