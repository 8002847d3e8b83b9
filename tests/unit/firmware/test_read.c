#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tiny_firmware.h"

/* An artifact as stage "flash" makes it, with what a test wants different. */
struct order {
	const char *version, *counter, *device_key;	/* NULL: true ones;
							   "": left out */
	const char *left_out;		/* this member */
	const void *model;		/* another model.bin */
	size_t model_bytes;
	size_t golden_bytes, pcm_bytes;
	bool has_golden_bytes;
	bool other_input, second_input;
};

static void param(struct artifact_maker *maker, const char *key,
		  const char *given, const char *own)
{
	const char *value = given ? given : own;

	if (value[0])
		artifact_add_param(maker, key, "%s", value);
}

static void member(struct artifact_maker *maker, const struct order *order,
		   const char *name, const void *bytes, size_t n)
{
	if (!order->left_out || strcmp(order->left_out, name) != 0)
		artifact_add(maker, name, bytes, n);
}

static struct artifact *make(struct tiny_firmware *t,
			     const struct order *order)
{
	static const uint8_t zeros[4096];
	const struct artifact_trust trust = { .allow_unsigned = true };
	struct artifact_maker *maker = artifact_make("flash", 1);
	struct artifact second = { .stage = "train" };
	struct artifact *artifact;
	struct buf bytes = BUF_INIT;
	char key[65];

	text_hex(key, t->key.pub.pk, 32);
	artifact_add_param(maker, "target", "sim");
	param(maker, "version", order->version, "1.0.3");
	param(maker, "counter", order->counter, "77");
	param(maker, "device_key", order->device_key, key);
	member(maker, order, "model.bin",
	       order->model ? order->model : t->container.data,
	       order->model ? order->model_bytes : t->container.len);
	member(maker, order, "golden.bin", t->golden,
	       order->has_golden_bytes ? order->golden_bytes
				       : sizeof(t->golden));
	if (order->pcm_bytes)
		artifact_add(maker, "golden.pcm", zeros, order->pcm_bytes);
	if (order->other_input)
		t->from.id.bytes[0] ^= 1;
	artifact_add_input(maker, &t->from);
	if (order->second_input)
		artifact_add_input(maker, &second);
	cr_assert_eq(artifact_encode(maker, NULL, &bytes, NULL, NULL), 0);
	artifact_drop(maker);
	cr_assert_eq(artifact_parse(&artifact, bytes.data, bytes.len, &trust,
				    NULL), 0);
	buf_release(&bytes);
	return artifact;
}

static int try(struct order order, struct err *err)
{
	struct artifact *artifact;
	struct firmware firmware;
	struct tiny_firmware t;
	int ret;

	tf_init(&t, 3, 0, 77, 1);
	*err = (struct err){ 0 };
	artifact = make(&t, &order);
	ret = firmware_read(&firmware, artifact, err);
	artifact_close(artifact);
	tf_release(&t);
	return ret;
}

static void refuse(struct order order, int kind, const char *words)
{
	struct err err;

	cr_assert_eq(try(order, &err), kind, "%s: %s", words, err.text);
	cr_assert_not_null(strstr(err.text, words), "'%s' is not '%s'",
			   err.text, words);
}

Test(read, a_good_one_is_described)
{
	const struct order order = { .pcm_bytes = 2 * 2 * TINY_VECTORS };
	struct artifact *artifact;
	struct firmware f;
	struct tiny_firmware t;

	tf_init(&t, 3, 0, 77, 1);
	artifact = make(&t, &order);
	cr_assert_eq(firmware_read(&f, artifact, NULL), 0);
	cr_assert_str_eq(f.target, "sim");
	cr_assert_eq(memcmp(f.key, t.key.pub.pk, 32), 0);
	cr_assert_eq(f.image.counter, 77);
	cr_assert_eq(f.container_bytes, t.container.len);
	cr_assert_eq(f.runtime, RUN_VERSION_FIRST);
	cr_assert_eq(f.golden_count, TINY_VECTORS);
	cr_assert_eq(f.input_bytes, TINY_IN);
	cr_assert_eq(f.output_bytes, TINY_OUT);
	cr_assert_eq(memcmp(f.golden, t.golden, sizeof(t.golden)), 0);
	cr_assert_not_null(f.pcm);
	cr_assert_eq(f.pcm_samples, 2);
	artifact_close(artifact);
	tf_release(&t);
}

Test(read, no_vectors_and_no_sound_are_fine)
{
	struct err err;

	cr_assert_eq(try((struct order){ 0 }, &err), 0);
	cr_assert_eq(try((struct order){ .has_golden_bytes = true }, &err), 0);
}

Test(read, a_missing_piece_is_named)
{
	refuse((struct order){ .version = "" }, ERR_FORMAT, "'version'");
	refuse((struct order){ .counter = "" }, ERR_FORMAT, "'counter'");
	refuse((struct order){ .device_key = "" }, ERR_FORMAT, "'device_key'");
	refuse((struct order){ .left_out = "model.bin" }, ERR_FORMAT,
	       "'model.bin'");
	refuse((struct order){ .left_out = "golden.bin" }, ERR_FORMAT,
	       "'golden.bin'");
}

Test(read, an_artifact_that_lies_about_its_container_is_refused)
{
	refuse((struct order){ .version = "1.0.4" }, ERR_FORMAT, "'1.0.4'");
	refuse((struct order){ .version = "1.0.3+1" }, ERR_FORMAT,
	       "'1.0.3+1'");
	refuse((struct order){ .version = "01.0.3" }, ERR_FORMAT, "'01.0.3'");
	refuse((struct order){ .counter = "78" }, ERR_FORMAT, "'78'");
	refuse((struct order){ .counter = "-77" }, ERR_FORMAT, "'-77'");
	refuse((struct order){ .counter = "77x" }, ERR_FORMAT, "'77x'");
	refuse((struct order){ .counter = "4294967373" }, ERR_FORMAT,
	       "'4294967373'");
	refuse((struct order){ .other_input = true }, ERR_FORMAT,
	       "was not made from the artifact's input");
	refuse((struct order){ .second_input = true }, ERR_FORMAT,
	       "was not made from the artifact's input");
}

Test(read, a_key_that_is_none_or_another_is_refused)
{
	static const char *const bad[] = {
		"00", "zz", "0000000000000000000000000000000000000000000000000"
		"00000000000000x",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refuse((struct order){ .device_key = bad[i] }, ERR_FORMAT,
		       "'device_key' of the artifact is malformed");
	refuse((struct order){ .device_key = "00000000000000000000000000000000"
	       "00000000000000000000000000000000" }, ERR_TRUST,
	       "another device key");
}

Test(read, vectors_that_do_not_fit_the_image_are_refused)
{
	for (size_t n = 1; n < TINY_VECTORS * TF_PAIR; n++) {
		struct err err;
		int ret = try((struct order){ .has_golden_bytes = true,
					      .golden_bytes = n }, &err);

		cr_assert_eq(ret, n % TF_PAIR ? ERR_FORMAT : 0, "%zu", n);
	}
	refuse((struct order){ .pcm_bytes = 2 * TINY_VECTORS + 1 }, ERR_FORMAT,
	       "'golden.pcm' does not fit 'golden.bin'");
}

Test(read, damaged_containers_are_refused_cut_short_or_changed)
{
	struct tiny_firmware t;
	struct err err;

	tf_init(&t, 3, 0, 77, 1);
	for (size_t n = 0; n < t.container.len; n += 13)
		cr_assert_neq(try((struct order){ .model = t.container.data,
						  .model_bytes = n }, &err),
			      0, "%zu", n);
	for (size_t i = 0; i < t.container.len; i += 13) {
		t.container.data[i] ^= 0x10;
		cr_assert_neq(try((struct order){
			.model = t.container.data,
			.model_bytes = t.container.len }, &err), 0, "%zu", i);
		t.container.data[i] ^= 0x10;
	}
	tf_release(&t);
}

Test(read, a_signed_container_of_something_else_is_no_model)
{
	static const char text[64] = "this is signed, and no model image";
	struct firmware_seal seal = { .version = { 1, 0, 3, 0 },
				      .counter = 77 };
	struct buf container = BUF_INIT;
	struct tiny_firmware t;

	tf_init(&t, 3, 0, 77, 1);
	seal.identity = t.from.id;
	seal.key = &t.key;
	cr_assert_eq(firmware_seal(&seal, text, sizeof(text), &container,
				   NULL), 0);
	refuse((struct order){ .model = container.data,
			       .model_bytes = container.len }, ERR_FORMAT,
	       "no model image");
	buf_release(&container);
	tf_release(&t);
}
