#include <criterion/criterion.h>
#include <string.h>

#include "artifact/manifest.h"
#include "small.h"

static int encode(struct artifact_maker *maker, struct err *err)
{
	struct key_secret key = small_key('a');
	struct buf out = BUF_INIT;
	int ret = artifact_encode(maker, &key, &out, NULL, err);

	buf_release(&out);
	artifact_drop(maker);
	return ret;
}

Test(make, order_of_adding_does_not_matter)
{
	struct artifact_maker *one = artifact_make("train", 1);
	struct artifact_maker *two = artifact_make("train", 1);
	struct buf a = BUF_INIT, b = BUF_INIT;

	artifact_add(one, "a/b", "1", 1);
	artifact_add(one, "a-b", "2", 1);
	artifact_add_param(one, "x", "%d", 1);
	artifact_add_param(one, "y", "%d", 2);
	artifact_add_param(two, "y", "%d", 2);
	artifact_add_param(two, "x", "%d", 1);
	artifact_add(two, "a-b", "2", 1);
	artifact_add(two, "a/b", "1", 1);
	cr_assert_eq(artifact_encode(one, NULL, &a, NULL, NULL), 0);
	cr_assert_eq(artifact_encode(two, NULL, &b, NULL, NULL), 0);
	cr_assert_eq(a.len, b.len);
	cr_assert_arr_eq(a.data, b.data, a.len);
	artifact_drop(one);
	artifact_drop(two);
	buf_release(&a);
	buf_release(&b);
}

Test(make, bad_names_are_refused)
{
	static const char *const names[] = {
		"", "/a", "a/", "../a", "a/../b", ".", "a b", "\u00e9",
		"MANIFEST.yaml", "MANIFEST.yaml.minisig",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct artifact_maker *maker = artifact_make("train", 1);
		struct err err = { 0 };

		artifact_add(maker, names[i], "x", 1);
		cr_assert_eq(encode(maker, &err), ERR_FORMAT, "%s", names[i]);
		cr_assert(err.text[0]);
	}
}

Test(make, the_longest_name_is_fine)
{
	struct artifact_maker *maker = artifact_make("train", 1);
	char name[ARTIFACT_NAME_MAX + 2];

	memset(name, 'x', sizeof(name));
	name[ARTIFACT_NAME_MAX] = '\0';
	artifact_add(maker, name, "x", 1);
	cr_assert_eq(encode(maker, NULL), 0);
}

Test(make, doubles_are_refused)
{
	struct artifact_maker *maker = artifact_make("train", 1);

	artifact_add(maker, "a", "x", 1);
	artifact_add(maker, "a", "x", 1);
	cr_assert_eq(encode(maker, NULL), ERR_FORMAT);
	maker = artifact_make("train", 1);
	artifact_add_param(maker, "a", "1");
	artifact_add_param(maker, "a", "1");
	cr_assert_eq(encode(maker, NULL), ERR_FORMAT);
}

Test(make, values_must_be_printable)
{
	struct artifact_maker *maker = artifact_make("train", 1);

	artifact_add_param(maker, "a", "\033[2J");
	cr_assert_eq(encode(maker, NULL), ERR_FORMAT);
	maker = artifact_make("train", 1);
	artifact_add_param(maker, "a b", "x");
	cr_assert_eq(encode(maker, NULL), ERR_FORMAT);
}

Test(make, the_first_failure_stays)
{
	struct artifact_maker *maker = artifact_make("train", 1);
	struct err err = { 0 };

	for (int i = 0; i <= MANIFEST_PAIRS_MAX; i++)
		artifact_add_param(maker, "a", "%d", i);
	artifact_add(maker, "ok", "x", 1);
	cr_assert_eq(encode(maker, &err), ERR_LIMIT);
}

Test(make, no_memory_for_the_maker_is_an_error_not_a_crash)
{
	struct buf out = BUF_INIT;

	artifact_add(NULL, "a", "x", 1);
	artifact_add_param(NULL, "a", "x");
	cr_assert_eq(artifact_encode(NULL, NULL, &out, NULL, NULL), ERR_MEM);
	artifact_drop(NULL);
}

Test(make, an_input_is_recorded_once)
{
	struct artifact input = { .stage = "label", .id = { { 1 } } };
	struct artifact_trust trust = { .allow_unsigned = true };
	struct artifact_maker *maker = artifact_make("train", 1);
	struct artifact *artifact;
	struct buf out = BUF_INIT;

	artifact_add_input(maker, &input);
	artifact_add_input(maker, &input);
	cr_assert_eq(artifact_encode(maker, NULL, &out, NULL, NULL), 0);
	cr_assert_eq(artifact_parse(&artifact, out.data, out.len, &trust,
				    NULL), 0);
	cr_assert_eq(artifact->input_count, 1);
	cr_assert_str_eq(artifact->inputs[0].stage, "label");
	cr_assert(digest_equal(&artifact->inputs[0].id, &input.id));
	artifact_close(artifact);
	artifact_drop(maker);
	buf_release(&out);
}
