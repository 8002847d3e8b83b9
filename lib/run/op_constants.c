#include "bits/err.h"
#include "kern/channels.h"
#include "kern/pack.h"
#include "run/op.h"

const void *step_matrix(const struct run_step *step, uint32_t at,
			int32_t rows, int32_t cols, uint32_t size)
{
	uint32_t bytes = step_product((int32_t[]){ rows, cols,
						   (int32_t)size }, 3);

	return bytes ? model_image_const(&step->run->image, at, bytes, size)
		     : NULL;
}

const void *step_weights(const struct run_step *step,
			 const struct model_image_constants *at,
			 uint64_t bytes, size_t align)
{
	if (!bytes || bytes != at->weights_bytes)
		return NULL;
	return model_image_const(&step->run->image, at->weights_at,
				 at->weights_bytes, align);
}

static int find_bias(const struct run_step *step, uint32_t at,
		     int32_t channels, size_t size, const void **bias)
{
	*bias = NULL;
	if (at == MODEL_IMAGE_NOWHERE)
		return 0;
	*bias = model_image_const(&step->run->image, at,
				  (size_t)channels * size, size);
	return *bias ? 0 : ERR_RANGE;
}

int step_bias(const struct run_step *step, uint32_t at, int32_t channels,
	      const void **bias)
{
	return find_bias(step, at, channels, 4, bias);
}

int step_bias_wide(const struct run_step *step, uint32_t at, int32_t channels,
		   const void **bias)
{
	return find_bias(step, at, channels, 8, bias);
}

int step_requant(const struct run_step *step,
		 const struct model_image_constants *at, int32_t channels,
		 struct kern_requant *requant)
{
	const struct model_image *img = &step->run->image;
	uint32_t count = at->requant_count;

	if (count != 1 && count != (uint32_t)channels)
		return ERR_RANGE;
	requant->step = count > 1;
	requant->multiplier = model_image_const(img, at->multipliers_at,
						(size_t)count * 4, 4);
	requant->shift = model_image_const(img, at->shifts_at, count, 1);
	return requant->multiplier && requant->shift ? 0 : ERR_RANGE;
}

int step_requant_check(const struct kern_requant *requant, int32_t channels,
		       int32_t min, int32_t max)
{
	for (int32_t i = 0; i < (requant->step ? channels : 1); i++)
		if (!step_factor_valid(requant->multiplier[i],
				       requant->shift[i], min, max))
			return ERR_RANGE;
	return 0;
}

/* ---- int8 ---------------------------------------------------------------- */

static int find_channels(const struct run_step *step, uint32_t at,
			 int32_t channels, const uint32_t **table)
{
	const struct model_image *img = &step->run->image;
	uint64_t bytes;

	*table = model_image_const(img, at, 4, 4);
	if (!*table)
		return ERR_RANGE;
	bytes = kern_channels_bytes(**table, (uint32_t)channels);
	if (!bytes || bytes > MODEL_IMAGE_BYTES_MAX)
		return ERR_RANGE;
	*table = model_image_const(img, at, (size_t)bytes, 4);
	return *table ? 0 : ERR_RANGE;
}

int step_constants_load(const struct run_step *step,
			const struct model_image_constants *at,
			enum step_form form, uint64_t weight_bytes,
			int32_t channels, struct step_constants *c)
{
	const void *bias;

	*c = (struct step_constants){
		.weights = step_weights(step, at, weight_bytes,
					form == STEP_PLAIN ? 1 : 4),
	};
	if (!c->weights)
		return ERR_RANGE;
	if (form == STEP_TABLE)
		return find_channels(step, at->bias_at, channels,
				     &c->channels);
	if (step_bias(step, at->bias_at, channels, &bias) ||
	    (!bias && form != STEP_PLAIN))
		return ERR_RANGE;
	c->bias = bias;
	return step_requant(step, at, channels, &c->requant);
}

int step_constants_check(enum step_form form, int32_t channels,
			 const struct kern_requant *requant,
			 const uint32_t *table)
{
	switch (form) {
	case STEP_TABLE:
		return kern_channels_valid(table, (uint32_t)channels) ?
			0 : ERR_RANGE;
	case STEP_FAST:
		return step_requant_check(requant, channels, PACK_SHIFT_MIN,
					  PACK_SHIFT_MAX);
	default:
		return step_requant_check(requant, channels, -31, 30);
	}
}
