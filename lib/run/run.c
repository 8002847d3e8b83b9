#include "run/run.h"

#include <string.h>

#include "bits/err.h"
#include "run/op.h"

/* ---- what must hold between operations ---------------------------------- */

static bool overlap(uint32_t a, uint32_t a_bytes, uint32_t b, uint32_t b_bytes)
{
	return a_bytes && b_bytes &&
	       (a < b ? b - a < a_bytes : a - b < b_bytes);
}

/* May out lie where in lies? */
static bool place_valid(const struct run_step *step,
			const struct model_image_tensor *in)
{
	const struct model_image_tensor *out = &step->out;

	if (in->place != MODEL_IMAGE_IN_ARENA)
		return true;
	if (overlap(in->offset, in->bytes, step->op.scratch,
		    step->op.scratch_bytes))
		return false;
	if (!overlap(in->offset, in->bytes, out->offset, out->bytes))
		return true;
	if (kern_op_info(step->op.op)->inplace)
		return in->offset == out->offset && in->bytes == out->bytes;
	return step_may_overlap(step);
}

static bool number_in(const uint16_t *numbers, unsigned n, unsigned tensor)
{
	while (n--)
		if (*numbers++ == tensor)
			return true;
	return false;
}

/* Has a tensor its content before operation index? */
static bool written_before(const struct run *run, unsigned tensor,
			   unsigned index)
{
	struct model_image_header header;

	if (model_image_tensor(&run->image, tensor).place ==
	    MODEL_IMAGE_IN_CONST)
		return true;
	model_image_header(&run->image, &header);
	if (number_in(header.inputs, header.input_count, tensor))
		return true;
	while (index--) {
		struct model_image_op op = model_image_op(&run->image, index);

		if (number_in(op.outputs, op.output_count, tensor))
			return true;
	}
	return false;
}

/* The end of the longest piece that holds the byte at `at` and is written
 * before operation index; at itself when there is none. */
static uint32_t piece_end(const struct run *run, unsigned index, uint32_t at)
{
	struct model_image_header header;
	uint32_t end = at;

	model_image_header(&run->image, &header);
	for (unsigned i = 0; i < header.input_count + index; i++) {
		unsigned number = i < header.input_count ? header.inputs[i] :
			model_image_op(&run->image,
				       i - header.input_count).outputs[0];
		struct model_image_tensor t;

		if (number == MODEL_IMAGE_NONE)
			continue;
		t = model_image_tensor(&run->image, number);
		if (t.place == MODEL_IMAGE_IN_ARENA && t.offset <= at &&
		    at - t.offset < t.bytes && t.offset + t.bytes > end)
			end = t.offset + t.bytes;
	}
	return end;
}

/* Is every byte of a tensor written before operation index, as a whole or in
 * pieces? */
static bool filled_before(const struct run *run, unsigned tensor,
			  unsigned index)
{
	struct model_image_tensor t = model_image_tensor(&run->image, tensor);
	uint32_t at = t.offset;

	if (written_before(run, tensor, index))
		return true;
	for (int i = 0; i < RUN_PIECES_MAX && at - t.offset < t.bytes; i++) {
		uint32_t end = piece_end(run, index, at);

		if (end == at)
			return false;
		at = end;
	}
	return at - t.offset >= t.bytes;
}

/* ---- one operation ------------------------------------------------------ */

static int check_arity(const struct run_step *step)
{
	const struct kern_op_info *info = kern_op_info(step->op.op);
	unsigned states = kern_op_states(step->op.op);

	if (!info)
		return ERR_UNSUPPORTED;
	if (step->op.input_count < info->acts_min + states ||
	    step->op.input_count > info->acts_max + states ||
	    step->op.output_count != 1)
		return ERR_RANGE;
	return 0;
}

/* Is a state's memory its own, and used by no earlier operation? */
static bool state_is_own(const struct run *run, unsigned number,
			 unsigned index)
{
	struct model_image_tensor state = model_image_tensor(&run->image,
							     number);

	for (unsigned i = 0; i < run->image.tensors.count; i++) {
		struct model_image_tensor other =
			model_image_tensor(&run->image, i);

		if (i != number && other.place == MODEL_IMAGE_IN_STATE &&
		    overlap(state.offset, state.bytes, other.offset,
			    other.bytes))
			return false;
	}
	while (index--) {
		struct model_image_op op = model_image_op(&run->image, index);

		if (number_in(op.inputs, op.input_count, number))
			return false;
	}
	return true;
}

/* Inputs behind the values are states; nothing else lies among them. */
static int check_places(const struct run_step *step, unsigned index)
{
	unsigned values = step->op.input_count - kern_op_states(step->op.op);

	if (step->out.place != MODEL_IMAGE_IN_ARENA)
		return ERR_FORMAT;
	for (unsigned i = 0; i < step->op.input_count; i++) {
		unsigned number = step->op.inputs[i];

		if ((step_input(step, i).place == MODEL_IMAGE_IN_STATE) !=
		    (i >= values))
			return ERR_FORMAT;
		if (i >= values &&
		    (number_in(step->op.inputs, i, number) ||
		     !state_is_own(step->run, number, index)))
			return ERR_FORMAT;
	}
	return 0;
}

/* Its own check looks at its inputs' types. */
static bool converts(unsigned op)
{
	return op == KERN_QUANTIZE || op == KERN_DEQUANTIZE ||
	       op == KERN_CAST || op == KERN_GATHER || op == KERN_ARG_MAX ||
	       op == KERN_SOFTMAX || op == KERN_SHAPE;
}

static int check_tensors(const struct run_step *step, unsigned index)
{
	const struct run *run = step->run;
	unsigned values = step->op.input_count - kern_op_states(step->op.op);

	for (unsigned i = 0; i < values; i++) {
		unsigned number = step->op.inputs[i];
		struct model_image_tensor in =
			model_image_tensor(&run->image, number);

		if (in.type != step->out.type && !converts(step->op.op))
			return ERR_UNSUPPORTED;
		if (!place_valid(step, &in) ||
		    !filled_before(run, number, index))
			return ERR_FORMAT;
	}
	if (overlap(step->out.offset, step->out.bytes, step->op.scratch,
		    step->op.scratch_bytes) ||
	    written_before(run, step->op.outputs[0], index))
		return ERR_FORMAT;
	return 0;
}

static int check_step(const struct run *run, unsigned index)
{
	const struct run_kernel *kernel;
	struct run_step step;
	int err;

	step_load(&step, run, index);
	err = check_arity(&step);
	if (!err)
		err = check_places(&step, index);
	if (!err)
		err = check_tensors(&step, index);
	if (err)
		return err;
	kernel = step_kernel(&step);
	return kernel ? kernel->check(&step) : ERR_UNSUPPORTED;
}

/* ---- the whole ---------------------------------------------------------- */

static int check_header(const struct run *run,
			const struct model_image_header *h)
{
	if (h->runtime > RUN_VERSION || (h->kernel_set != KERN_SET_REF &&
					 h->kernel_set != run->set->id))
		return ERR_UNSUPPORTED;
	if (run->fast_bytes > run->arena_bytes ||
	    h->slow_bytes > run->slow_bytes)
		return ERR_NOFIT;
	if ((uintptr_t)run->image.bytes % MODEL_IMAGE_ALIGN ||
	    (uintptr_t)run->arena % RUN_ARENA_ALIGN ||
	    (uintptr_t)run->slow % RUN_ARENA_ALIGN)
		return ERR_FORMAT;
	for (unsigned i = 0; i < h->input_count; i++)
		if (model_image_tensor(&run->image, h->inputs[i]).place !=
		    MODEL_IMAGE_IN_ARENA)
			return ERR_FORMAT;
	for (unsigned i = 0; i < h->output_count; i++)
		if (!filled_before(run, h->outputs[i], run->image.ops.count))
			return ERR_FORMAT;
	return 0;
}

int run_open(struct run *run, const struct run_set *set, const void *image,
	     size_t n, void *arena, size_t arena_bytes)
{
	return run_open_slow(run, set, image, n, arena, arena_bytes, NULL, 0);
}

int run_open_slow(struct run *run, const struct run_set *set,
		  const void *image, size_t n, void *arena,
		  size_t arena_bytes, void *slow, size_t slow_bytes)
{
	struct model_image_header header;
	int err = model_image_open(image, n, &run->image);

	if (err)
		return err;
	run->set = set;
	run->arena = arena;
	run->arena_bytes = arena_bytes;
	run->slow = slow;
	run->slow_bytes = slow_bytes;
	model_image_header(&run->image, &header);
	run->fast_bytes = header.arena_bytes - header.slow_bytes;
	err = check_header(run, &header);
	for (unsigned i = 0; !err && i < run->image.ops.count; i++)
		err = check_step(run, i);
	return err;
}

unsigned run_input_count(const struct run *run)
{
	struct model_image_header header;

	model_image_header(&run->image, &header);
	return header.input_count;
}

unsigned run_output_count(const struct run *run)
{
	struct model_image_header header;

	model_image_header(&run->image, &header);
	return header.output_count;
}

unsigned run_op_count(const struct run *run)
{
	return run->image.ops.count;
}

struct run_tensor run_tensor(const struct run *run, unsigned index)
{
	struct run_step step = { .run = run };
	struct run_tensor tensor;

	tensor.desc = model_image_tensor(&run->image, index);
	tensor.data = step_data(&step, &tensor.desc);
	return tensor;
}

struct run_tensor run_input(const struct run *run, unsigned index)
{
	struct model_image_header header;

	model_image_header(&run->image, &header);
	return run_tensor(run, header.inputs[index]);
}

struct run_tensor run_output(const struct run *run, unsigned index)
{
	struct model_image_header header;

	model_image_header(&run->image, &header);
	return run_tensor(run, header.outputs[index]);
}

void run_reset(struct run *run)
{
	for (unsigned i = 0; i < run->image.tensors.count; i++) {
		struct model_image_tensor t = model_image_tensor(&run->image,
								 i);

		if (t.place == MODEL_IMAGE_IN_STATE)
			memset(run->arena + t.offset,
			       t.type == KERN_S8 ? (uint8_t)t.zero : 0,
			       t.bytes);
	}
}

int run_steps(struct run *run, unsigned first, unsigned end, run_hook *hook,
	      void *ctx)
{
	int stop = 0;

	for (unsigned i = first; !stop && i < end; i++) {
		struct run_step step;

		step_load(&step, run, i);
		step_kernel(&step)->call(&step);
		if (hook)
			stop = hook(ctx, run, i);
	}
	return stop;
}

void run_invoke(struct run *run)
{
	run_steps(run, 0, run->image.ops.count, NULL, NULL);
}
