#include "plan/runner.h"

#include <stdlib.h>
#include <string.h>

#include "bits/le.h"
#include "kern/x86/x86.h"
#include "model/text.h"
#include "model/tflite.h"
#include "onnx/onnx.h"

enum { GUARD_BYTES = 64, GUARD = 0xa5 };

static const char text_start[] = "model ";

static bool starts_with(const void *bytes, size_t n, const char *text)
{
	return n >= strlen(text) && memcmp(bytes, text, strlen(text)) == 0;
}

static bool is_image(const uint8_t *bytes, size_t n)
{
	return n >= 4 && le_u32(bytes) == MODEL_IMAGE_MAGIC;
}

/* ---- opening ------------------------------------------------------------ */

static int copy_image(struct plan_runner *r, const void *bytes, size_t n,
		      struct err *err)
{
	size_t room = (n + MODEL_IMAGE_ALIGN) & ~(size_t)15;

	r->image = aligned_alloc(MODEL_IMAGE_ALIGN, room);
	if (!r->image)
		return err_nomem(err);
	memcpy(r->image, bytes, n);
	r->image_bytes = n;
	return 0;
}

static int refuse_isa(const char *isa, struct err *err)
{
	static const char *const names[] = { "plain", "avx2", "avx512" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(isa, names[i]) != 0)
			continue;
		err_set(err, ERR_UNSUPPORTED, "this processor has no %s", isa);
		err_hint(err, "leave --isa away: all choices give the same "
			 "bytes");
		return ERR_UNSUPPORTED;
	}
	err_set(err, ERR_USAGE, "'%s' is not an instruction set we know", isa);
	err_hint(err, "best, ref, plain, avx2 and avx512 are");
	return ERR_USAGE;
}

static int choose_set(struct plan_runner *r, const char *isa, struct err *err)
{
	if (strcmp(isa, "ref") == 0) {
		r->set = run_host;
		return 0;
	}
	for (int i = 0; kern_x86_all[i]; i++) {
		const struct kern_x86 *x86 = kern_x86_all[i];

		if (!x86->is_present() || (strcmp(isa, "best") != 0 &&
					   strcmp(isa, x86->name) != 0))
			continue;
		r->set = run_x86(x86);
		return 0;
	}
	return refuse_isa(isa, err);
}

static int plan_image(struct plan_runner *r, struct err *err)
{
	/* the arena of fast kernels is nobody's measure: do not search long */
	const struct plan_options options = {
		.set = r->set.id,
		.steps_max = r->set.id == KERN_SET_X86 ? PLAN_STEPS_FEW : 0,
	};
	struct buf image = BUF_INIT;
	int kind = plan_init_options(&r->plan, &r->model, &options, err);

	if (!kind)
		kind = plan_check(&r->plan, err);
	if (!kind)
		kind = plan_emit_image(&r->plan, NULL, &image, err);
	if (!kind)
		kind = copy_image(r, image.data, image.len, err);
	buf_release(&image);
	return kind;
}

/* What is too large with the scratch of fast kernels may do without. */
static int make_image(struct plan_runner *r, struct err *err)
{
	if (r->set.id == KERN_SET_X86) {
		if (!plan_image(r, NULL))
			return 0;
		plan_release(&r->plan);
		r->set = run_host;
	}
	return plan_image(r, err);
}

static int refuse_image(int kind, struct err *err)
{
	err_set(err, kind, "the model image cannot run: %s",
		err_kind_text(kind));
	err_hint(err, "it is damaged, or made for another version or "
		 "kernel set");
	return kind;
}

static void add_ports(struct plan_runner *r)
{
	for (unsigned i = 0; i < run_input_count(&r->run); i++)
		r->input_bytes += run_input(&r->run, i).desc.bytes;
	for (unsigned i = 0; i < run_output_count(&r->run); i++)
		r->output_bytes += run_output(&r->run, i).desc.bytes;
}

/* Images for a board run here too: its kernels are in the library. */
static const struct run_set *set_of(const struct plan_runner *r,
				    const struct model_image_header *header)
{
	if (r->plan.model)
		return &r->set;
	switch (header->kernel_set) {
	case KERN_SET_M4:
		return &run_m4;
	case KERN_SET_M55:
		return &run_m55;
	case KERN_SET_M0:
		return &run_m0;
	default:
		return &run_host;
	}
}

static int open_run(struct plan_runner *r, struct err *err)
{
	struct model_image_header header;
	struct model_image image;
	uint8_t *slow;
	size_t room;
	int kind = model_image_open(r->image, r->image_bytes, &image);

	if (kind)
		return refuse_image(kind, err);
	model_image_header(&image, &header);
	r->arena_bytes = header.arena_bytes;
	room = (r->arena_bytes + 2 * GUARD_BYTES + 15) & ~(size_t)15;
	r->memory = aligned_alloc(RUN_ARENA_ALIGN, room);
	if (!r->memory)
		return err_nomem(err);
	memset(r->memory, GUARD, room);
	slow = header.slow_bytes ? r->memory + GUARD_BYTES +
		r->arena_bytes - header.slow_bytes : NULL;
	kind = model_image_crc_check(&image);
	if (!kind)
		kind = run_open_slow(&r->run, set_of(r, &header), r->image,
				     r->image_bytes, r->memory + GUARD_BYTES,
				     r->arena_bytes - header.slow_bytes, slow,
				     header.slow_bytes);
	if (kind)
		return refuse_image(kind, err);
	add_ports(r);
	run_reset(&r->run);
	return 0;
}

static int close_failed(struct plan_runner *r, int kind)
{
	if (kind)
		plan_runner_close(r);
	return kind;
}

int plan_runner_open_isa(struct plan_runner *runner, const char *isa,
			 const void *bytes, size_t n, struct err *err)
{
	int kind;

	*runner = (struct plan_runner){ .model.name = "" };
	kind = choose_set(runner, isa, err);
	if (kind)
		return kind;
	if (is_image(bytes, n)) {
		kind = copy_image(runner, bytes, n, err);
	} else {
		if (starts_with(bytes, n, text_start))
			kind = model_parse(&runner->model, bytes, n, err);
		else if (onnx_is_model(bytes, n) && !model_is_tflite(bytes, n))
			kind = onnx_read_model(&runner->model, bytes, n, err);
		else
			kind = model_read_tflite(&runner->model, bytes, n,
						 err);
		if (!kind)
			kind = make_image(runner, err);
	}
	if (!kind)
		kind = open_run(runner, err);
	return close_failed(runner, kind);
}

int plan_runner_open(struct plan_runner *runner, const void *bytes, size_t n,
		     struct err *err)
{
	return plan_runner_open_isa(runner, "best", bytes, n, err);
}

int plan_runner_open_model(struct plan_runner *runner,
			   const struct model *model, struct err *err)
{
	int kind;

	*runner = (struct plan_runner){ .model.name = "" };
	choose_set(runner, "best", NULL);
	kind = model_copy(&runner->model, model, err);
	if (!kind)
		kind = make_image(runner, err);
	if (!kind)
		kind = open_run(runner, err);
	return close_failed(runner, kind);
}

void plan_runner_close(struct plan_runner *runner)
{
	plan_release(&runner->plan);
	model_release(&runner->model);
	free(runner->image);
	free(runner->memory);
	*runner = (struct plan_runner){ .model.name = "" };
}

/* ---- running ------------------------------------------------------------ */

void plan_runner_infer(struct plan_runner *runner, const void *in, void *out)
{
	run_reset(&runner->run);
	plan_runner_stream(runner, in, out);
}

void plan_runner_stream(struct plan_runner *runner, const void *in, void *out)
{
	const uint8_t *from = in;
	uint8_t *to = out;

	for (unsigned i = 0; i < run_input_count(&runner->run); i++) {
		struct run_tensor t = run_input(&runner->run, i);

		memcpy(t.data, from, t.desc.bytes);
		from += t.desc.bytes;
	}
	run_invoke(&runner->run);
	for (unsigned i = 0; i < run_output_count(&runner->run); i++) {
		struct run_tensor t = run_output(&runner->run, i);

		memcpy(to, t.data, t.desc.bytes);
		to += t.desc.bytes;
	}
}

bool plan_runner_guards_hold(const struct plan_runner *runner)
{
	const uint8_t *behind = runner->memory + GUARD_BYTES +
				runner->arena_bytes;

	for (int i = 0; i < GUARD_BYTES; i++)
		if (runner->memory[i] != GUARD || behind[i] != GUARD)
			return false;
	return true;
}
