#include <criterion/criterion.h>
#include <string.h>

#include "dataset/json_tree.h"

static struct arena arena;
static const struct json_node *tree;
static struct err err;

static int read_text(const char *text)
{
	memset(&err, 0, sizeof(err));
	arena_release(&arena);
	return json_read(&tree, &arena, text, strlen(text), &err);
}

Test(json_tree, every_kind_of_value)
{
	const struct json_node *node;

	cr_assert_eq(read_text(" {\"a\": [1, -2.5e1, true, null],\n"
			       "  \"b\": \"x\\n\\u00e9\\ud83d\\ude00\", "
			       "\"c\": {}, \"d\": []} "), 0, "%s", err.text);
	cr_assert_eq(tree->kind, JSON_OBJECT);
	cr_assert_eq(tree->count, 4);
	node = json_member(tree, "a")->child;
	cr_assert_float_eq(node->number, 1, 0);
	cr_assert_float_eq(node->next->number, -25, 0);
	cr_assert_str_eq(node->next->text, "-2.5e1");
	cr_assert_eq(node->next->next->kind, JSON_BOOL);
	cr_assert_eq(node->next->next->next->kind, JSON_NULL);
	cr_assert_str_eq(json_member(tree, "b")->text,
			 "x\n\xc3\xa9\xf0\x9f\x98\x80");
	cr_assert_null(json_member(tree, "e"));
	cr_assert_null(json_member(node, "e"));
	arena_release(&arena);
}

Test(json_tree, what_is_not_json_is_refused)
{
	static const char *const texts[] = {
		"", "{", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "[1 2]", "01",
		"1.", ".5", "+1", "1e", "nul", "\"abc", "\"\\x\"",
		"\"\\u12g4\"",
		"\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
		"\"\\u0000\"", "\"a\nb\"", "1 2", "NaN", "[", "-",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_assert_eq(read_text(texts[i]), ERR_FORMAT, "%s", texts[i]);
	cr_assert_eq(read_text("[1,\n  x]"), ERR_FORMAT);
	cr_assert_str_eq(err.place, "line 2, column 3");
	cr_assert_eq(read_text("1e999"), ERR_RANGE);
	arena_release(&arena);
}

Test(json_tree, depth_has_a_limit)
{
	char text[2 * JSON_TREE_DEPTH_MAX + 3];
	size_t n = JSON_TREE_DEPTH_MAX;

	memset(text, '[', n);
	memset(text + n, ']', n);
	text[2 * n] = '\0';
	cr_assert_eq(read_text(text), 0, "%s", err.text);
	memset(text, '[', n + 1);
	memset(text + n + 1, ']', n + 1);
	text[2 * n + 2] = '\0';
	cr_assert_eq(read_text(text), ERR_LIMIT);
	arena_release(&arena);
}
