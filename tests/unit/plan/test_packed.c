/*
 * Plans for the sets with packed constants: their images, run here, give the
 * bytes of the reference kernels.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"
#include "bits/le.h"
#include "image/model_image_write.h"
#include "kern/channels.h"
#include "model/tflite.h"
#include "plan/runner.h"
#include "sample_model.h"

static const enum kern_set sets[] = { KERN_SET_M4, KERN_SET_M55, KERN_SET_M0 };

enum { SETS = sizeof(sets) / sizeof(sets[0]) };

/* Shapes that all pack. The caller releases the model. */
static void even_model(struct model *m)
{
	struct sample s = { m, KERN_S8, 11 };
	struct model_attr same = { .act = MODEL_ACT_RELU }, none = { 0 };
	int x, a, b, c, d, e;

	model_init(m, "even");
	x = sample_act(&s, "x", MODEL_SHAPE(1, 5, 5, 4), 0.05f);
	a = sample_act(&s, "a", MODEL_SHAPE(1, 5, 5, 8), 0.2f);
	sample_op(&s, KERN_CONV_2D, same, (int[]){ x,
		  sample_const(&s, "aw", MODEL_SHAPE(8, 3, 3, 4), 0),
		  sample_const(&s, "ab", MODEL_SHAPE(8), 0) }, 3, a);
	b = sample_act(&s, "b", MODEL_SHAPE(1, 5, 5, 8), 0.3f);
	sample_op(&s, KERN_DEPTHWISE_CONV_2D, same, (int[]){ a,
		  sample_const(&s, "bw", MODEL_SHAPE(1, 3, 3, 8), 3),
		  sample_const(&s, "bb", MODEL_SHAPE(8), 0) }, 3, b);
	c = sample_act(&s, "c", MODEL_SHAPE(1, 5, 5, 8), 0.4f);
	sample_op(&s, KERN_CONV_2D, none, (int[]){ b,
		  sample_const(&s, "cw", MODEL_SHAPE(8, 1, 1, 8), 0),
		  sample_const(&s, "cb", MODEL_SHAPE(8), 0) }, 3, c);
	d = sample_act(&s, "d", MODEL_SHAPE(1, 200), 0.4f);
	sample_op(&s, KERN_RESHAPE, none, &c, 1, d);
	e = sample_act(&s, "e", MODEL_SHAPE(1, 8), 0.8f);
	sample_op(&s, KERN_FULLY_CONNECTED, none, (int[]){ d,
		  sample_const(&s, "ew", MODEL_SHAPE(8, 200), 0),
		  sample_const(&s, "eb", MODEL_SHAPE(8), 0) }, 3, e);
	model_add_input(m, x);
	model_add_output(m, e);
}

static void plan_image(const struct model *m, enum kern_set set,
		       struct plan *plan, struct buf *image)
{
	struct err err = { 0 };

	cr_assert_eq(plan_init(plan, m, set, &err), 0, "%s",
		     err.text);
	cr_assert_eq(plan_check(plan, &err), 0, "%s", err.text);
	cr_assert_eq(plan_emit_image(plan, NULL, image, &err), 0);
}

static void compare(struct plan_runner *ref, struct plan_runner *packed,
		    unsigned rounds)
{
	uint8_t *in = malloc(ref->input_bytes);
	uint8_t *want = malloc(ref->output_bytes);
	uint8_t *got = malloc(ref->output_bytes);
	struct rng rng;

	rng_init(&rng, 1, 7);
	cr_assert_eq(ref->input_bytes, packed->input_bytes);
	cr_assert_eq(ref->output_bytes, packed->output_bytes);
	for (unsigned i = 0; i < rounds; i++) {
		for (size_t k = 0; k < ref->input_bytes; k++)
			in[k] = (uint8_t)rng_below(&rng, 256);
		plan_runner_infer(ref, in, want);
		plan_runner_infer(packed, in, got);
		cr_assert_arr_eq(got, want, ref->output_bytes, "round %u", i);
	}
	cr_assert(plan_runner_guards_hold(packed));
	free(in);
	free(want);
	free(got);
}

/* Returns the number of operations with packed constants. */
static int same_answers(const struct model *m, enum kern_set set,
			unsigned rounds)
{
	struct plan_runner ref, own;
	struct buf image = BUF_INIT;
	struct err err = { 0 };
	struct plan plan;
	int packed = 0;

	plan_image(m, set, &plan, &image);
	for (int i = 0; i < m->op_count; i++)
		packed += plan.ops[i].packing != KERN_PACK_REF;
	cr_assert_eq(plan_runner_open_model(&ref, m, &err), 0);
	cr_assert_eq(plan_runner_open(&own, image.data, image.len, &err), 0,
		     "%s", err.text);
	compare(&ref, &own, rounds);
	plan_release(&plan);
	plan_runner_close(&ref);
	plan_runner_close(&own);
	buf_release(&image);
	return packed;
}

Test(packed, every_layer_packs_and_gives_the_reference_answers)
{
	struct model m;

	even_model(&m);
	for (int i = 0; i < SETS; i++)
		cr_assert_eq(same_answers(&m, sets[i], 50), 4);
	model_release(&m);
}

Test(packed, the_sample_model_gives_the_reference_answers)
{
	struct model m;

	sample_model(&m, KERN_S8);
	for (int i = 0; i < SETS; i++)
		same_answers(&m, sets[i], 50);
	model_release(&m);
}

static void read_model(const char *path, struct model *m)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };

	cr_assert_eq(file_read(path, 1 << 22, &file, &err), 0, "%s",
		     err.text);
	cr_assert_eq(model_read_tflite(m, file.data, file.len, &err), 0);
	buf_release(&file);
}

Test(packed, test_models_give_the_reference_answers)
{
	static const char *const names[] = { "chain", "branch" };

	for (int i = 0; i < 2; i++) {
		struct model m;
		char path[200];

		snprintf(path, sizeof(path), TESTDATA "/model/%s.tflite",
			 names[i]);
		read_model(path, &m);
		for (int k = 0; k < SETS; k++)
			same_answers(&m, sets[k], 50);
		model_release(&m);
	}
}

/* Needed constants: weights and biases of the model as it is. */
static uint32_t needed_bytes(const struct model *m)
{
	struct plan plan;
	uint32_t bytes;

	cr_assert_eq(plan_init(&plan, m, KERN_SET_HOST, NULL), 0);
	bytes = plan.weight_bytes;
	plan_release(&plan);
	return bytes;
}

static void check_growth(const struct model *m, enum kern_set set,
			 const char *name)
{
	struct plan plan;

	cr_assert_eq(plan_init(&plan, m, set, NULL), 0);
	cr_assert_leq(plan.weight_bytes, needed_bytes(m) * 1.05, "%s: %u",
		      name, plan.weight_bytes);
	/* with all tables; 420 bytes in three layers have their heads */
	if (set == KERN_SET_M4)
		cr_assert_leq(plan.const_bytes, needed_bytes(m) * 1.05 + 20,
			      "%s: %u", name, plan.const_bytes);
	plan_release(&plan);
}

Test(packed, reference_models_give_the_same_answers_within_five_percent)
{
	static const char *const names[] = {
		"kws_ref_model", "vww_96_int8", "pretrainedResnet_quant",
		"ad01_int8", "str_ww_ref_model", "hello_world_int8",
	};

	if (access("../shared/models/kws_ref_model.tflite", R_OK))
		cr_skip_test("no ../shared/models");
	for (int i = 0; i < 6; i++) {
		struct model m;
		char path[200];

		snprintf(path, sizeof(path), "../shared/models/%s.tflite",
			 names[i]);
		read_model(path, &m);
		for (int k = 0; k < SETS; k++) {
			same_answers(&m, sets[k], 1);
			check_growth(&m, sets[k], names[i]);
		}
		model_release(&m);
	}
}

/* ---- images that are wrong ----------------------------------------------- */

static struct buf even_image(enum kern_set set)
{
	struct buf image = BUF_INIT;
	struct plan plan;
	struct model m;

	even_model(&m);
	plan_image(&m, set, &plan, &image);
	plan_release(&plan);
	model_release(&m);
	return image;
}

/* Open and run with a right checksum. */
static int attempt(struct buf *image)
{
	struct plan_runner r;
	uint8_t in[100] = { 0 }, out[64];
	int kind;

	model_image_put_crc(image->data, image->len);
	kind = plan_runner_open(&r, image->data, image->len, NULL);
	if (kind)
		return kind;
	if (r.input_bytes <= sizeof(in) && r.output_bytes <= sizeof(out))
		plan_runner_infer(&r, in, out);
	cr_assert(plan_runner_guards_hold(&r));
	plan_runner_close(&r);
	return 0;
}

/* The first operation of a kind: its record, and its block of parameters. */
static uint8_t *find_op(const struct buf *image, enum kern_op op,
			uint8_t **params)
{
	struct model_image img;

	cr_assert_eq(model_image_open(image->data, image->len, &img), 0);
	for (unsigned i = 0; i < img.ops.count; i++) {
		struct model_image_op record = model_image_op(&img, i);

		if (record.op != op || record.kernel == KERN_PACK_REF)
			continue;
		*params = image->data + img.params.offset + record.params;
		return image->data + img.ops.offset +
		       i * MODEL_IMAGE_OP_BYTES;
	}
	cr_assert_fail("no such operation");
	return NULL;
}

/* Change one word, expect a refusal, and change it back. */
static void refuse(struct buf *image, uint8_t *word, uint32_t value)
{
	uint32_t before = le_u32(word);

	le_put32(word, value);
	cr_assert_neq(attempt(image), 0);
	le_put32(word, before);
	cr_assert_eq(attempt(image), 0);
}

/* Where a block keeps what. */
struct places {
	size_t weights_bytes, bias, shifts;
};

static void refuse_shifts(struct buf *image, const uint8_t *at)
{
	struct model_image img;
	uint8_t *shift;

	model_image_open(image->data, image->len, &img);
	shift = image->data + img.consts.offset + le_u32(at);
	*shift = 1;
	cr_assert_neq(attempt(image), 0, "a shift to the left");
	*shift = (uint8_t)-32;
	cr_assert_neq(attempt(image), 0);
	*shift = (uint8_t)-5;
	cr_assert_eq(attempt(image), 0);
}

/* The head of a table, as the last word of all constants. */
static void refuse_last(struct buf *image, uint8_t *at,
			const struct model_image *img)
{
	uint32_t last = img->consts.bytes - 4;
	uint8_t *head = image->data + img->consts.offset + last;
	uint32_t before = le_u32(head);

	le_put32(head, KERN_CHANNELS_SHARED | 8 << 8);
	refuse(image, at, last);
	le_put32(head, before);
}

static void refuse_table(struct buf *image, uint8_t *at)
{
	struct model_image img;
	uint8_t *head;

	refuse(image, at, le_u32(at) + 2);
	model_image_open(image->data, image->len, &img);
	refuse_last(image, at, &img);
	head = image->data + img.consts.offset + le_u32(at);
	refuse(image, head, 0);
	refuse(image, head, KERN_CHANNELS_WIDE + 1);
	refuse(image, head, head[0] | 23 << 8);
	refuse(image, head, head[0]);
	head[1] = 5;
	cr_assert_eq(attempt(image), 0);
}

static void refuse_layer(enum kern_set set, enum kern_op op, struct places at)
{
	struct buf image = even_image(set);
	uint8_t *params, *record = find_op(&image, op, &params);
	uint32_t bytes = le_u32(params + at.weights_bytes);

	if (le_u32(record + 44))
		refuse(&image, record + 44, le_u32(record + 44) - 1);
	refuse(&image, params + at.weights_bytes, bytes - 1);
	refuse(&image, params + at.weights_bytes, bytes + 1);
	refuse(&image, params + at.weights_bytes - 4, 2);
	refuse(&image, params + at.bias, MODEL_IMAGE_NOWHERE);
	if (set == KERN_SET_M4)
		refuse_table(&image, params + at.bias);
	else
		refuse_shifts(&image, params + at.shifts);
	buf_release(&image);
}

Test(packed, wrong_packed_constants_are_refused)
{
	struct places conv = {
		offsetof(struct model_image_conv, constants.weights_bytes),
		offsetof(struct model_image_conv, constants.bias_at),
		offsetof(struct model_image_conv, constants.shifts_at),
	}, fc = {
		offsetof(struct model_image_fc, constants.weights_bytes),
		offsetof(struct model_image_fc, constants.bias_at),
		offsetof(struct model_image_fc, constants.shifts_at),
	};

	for (int i = 0; i < SETS; i++) {
		refuse_layer(sets[i], KERN_CONV_2D, conv);
		refuse_layer(sets[i], KERN_FULLY_CONNECTED, fc);
	}
}

static void damage_all(enum kern_set set)
{
	static const uint8_t values[] = { 0, 1, 4, 0x7f, 0x80, 0xff };
	struct buf image = even_image(set);
	struct model_image img;

	cr_assert_eq(model_image_open(image.data, image.len, &img), 0);
	/* behind the size of the arena, which may be anything */
	for (size_t at = 28; at < img.consts.offset; at++) {
		uint8_t before = image.data[at];

		for (size_t i = 0; i < sizeof(values); i++) {
			image.data[at] = values[i];
			attempt(&image);
		}
		image.data[at] = before;
	}
	buf_release(&image);
}

Test(packed, damaged_images_are_refused_or_run_inside_the_guards)
{
	for (int i = 0; i < SETS; i++)
		damage_all(sets[i]);
}
