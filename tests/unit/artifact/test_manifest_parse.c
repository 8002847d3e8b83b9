#include <criterion/criterion.h>
#include <string.h>

#include "artifact/manifest.h"

#define HEX "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HEX2 "f3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HEAD "artifact: 1\nstage: \"train\"\nformat: 1\n" \
	"tool: \"tinyml 1.0.0\"\nsigned: true\n"
#define MEMBER(path, bytes) "  - path: " path "\n    bytes: " bytes "\n" \
	"    sha256: \"" HEX "\"\n"
#define INPUT(hex) "  - stage: \"label\"\n    id: \"" hex "\"\n"
#define NONE "params: {}\ninputs: []\ntoolchains: {}\nmembers: []\n"
#define PARAMS(rows) HEAD "params:\n" rows \
	"inputs: []\ntoolchains: {}\nmembers: []\n"
#define INPUTS(rows) HEAD "params: {}\ninputs:\n" rows \
	"toolchains: {}\nmembers: []\n"
#define MEMBERS(rows) HEAD "params: {}\ninputs: []\ntoolchains: {}\n" \
	"members:\n" rows

struct row {
	const char *what;
	int kind;
	const char *text;
};

/* Row after row is read as its kind says, and refused in words. */
static void judge(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct manifest manifest;
		struct err err = { 0 };
		int kind = manifest_parse(&manifest, rows[i].text,
					  strlen(rows[i].text), &err);

		cr_expect_eq(kind, rows[i].kind, "%s: %s (%s)", rows[i].what,
			     err_kind_name(kind), err.text);
		cr_expect_eq(err.kind, kind, "%s: no words", rows[i].what);
		manifest_release(&manifest);
	}
}

#define JUDGE(rows) judge(rows, sizeof(rows) / sizeof((rows)[0]))

Test(manifest, what_is_well_spelt_is_read)
{
	static const struct row rows[] = {
		{ "no parts at all", 0, HEAD NONE },
		{ "a parameter", 0, PARAMS("  a.b: \"x\"\n") },
		{ "all four escapes", 0, PARAMS("  a: \"\\n\\t\\\"\\\\\"\n") },
		{ "UTF-8", 0, PARAMS("  a: \"\u00e9\u65e5\"\n") },
		{ "two members", 0,
		  MEMBERS(MEMBER("\"a\"", "0") MEMBER("\"b/c\"", "7")) },
		{ "two inputs", 0, INPUTS(INPUT(HEX) INPUT(HEX2)) },
	};

	JUDGE(rows);
}

Test(manifest, another_form_is_refused)
{
	static const struct row rows[] = {
		{ "nothing", ERR_FORMAT, "" },
		{ "another version", ERR_UNSUPPORTED, "artifact: 2\n" },
		{ "a document marker", ERR_FORMAT, "---\n" HEAD NONE },
		{ "a document end", ERR_FORMAT, HEAD NONE "...\n" },
		{ "a comment", ERR_FORMAT, HEAD "# x\n" NONE },
		{ "an empty line", ERR_FORMAT, HEAD "\n" NONE },
		{ "a carriage return", ERR_FORMAT, HEAD "\r" NONE },
		{ "a byte order mark", ERR_FORMAT, "\ufeff" HEAD NONE },
		{ "no last line feed", ERR_FORMAT, HEAD
		  "params: {}\ninputs: []\ntoolchains: {}\nmembers: []" },
		{ "a key twice", ERR_FORMAT,
		  "artifact: 1\nstage: \"a\"\nstage: \"a\"\n" },
		{ "an unknown key", ERR_FORMAT, HEAD NONE "x: 1\n" },
		{ "keys in another order", ERR_FORMAT,
		  "artifact: 1\nformat: 1\nstage: \"train\"\n" },
	};

	JUDGE(rows);
}

Test(manifest, another_spelling_of_a_text_is_refused)
{
	static const struct row rows[] = {
		{ "an anchor", ERR_FORMAT, PARAMS("  a: &x \"b\"\n") },
		{ "an alias", ERR_FORMAT, PARAMS("  a: *x\n") },
		{ "a tag", ERR_FORMAT, PARAMS("  a: !!str \"b\"\n") },
		{ "a plain text", ERR_FORMAT, PARAMS("  a: b\n") },
		{ "a single-quoted text", ERR_FORMAT, PARAMS("  a: 'b'\n") },
		{ "a space at the end", ERR_FORMAT, PARAMS("  a: \"b\" \n") },
		{ "an escape too many", ERR_FORMAT,
		  PARAMS("  a: \"\\x41\"\n") },
		{ "a text over two lines", ERR_FORMAT,
		  PARAMS("  a: \"b\nc\"\n") },
		{ "a raw tab", ERR_FORMAT, PARAMS("  a: \"b\tc\"\n") },
		{ "a control character", ERR_FORMAT,
		  PARAMS("  a: \"\033[2J\"\n") },
		{ "half a UTF-8 sequence", ERR_FORMAT,
		  PARAMS("  a: \"\xc3\"\n") },
		{ "an overlong sequence", ERR_FORMAT,
		  PARAMS("  a: \"\xc0\xaf\"\n") },
		{ "a line separator", ERR_FORMAT,
		  PARAMS("  a: \"\u2028\"\n") },
		{ "parameters out of order", ERR_FORMAT,
		  PARAMS("  b: \"\"\n  a: \"\"\n") },
		{ "a parameter twice", ERR_FORMAT,
		  PARAMS("  a: \"\"\n  a: \"\"\n") },
		{ "a key that is a number", ERR_FORMAT,
		  PARAMS("  1: \"\"\n") },
	};

	JUDGE(rows);
}

Test(manifest, another_spelling_of_a_value_is_refused)
{
	static const struct row rows[] = {
		{ "an empty block", ERR_FORMAT, PARAMS("") },
		{ "a space before an empty list", ERR_FORMAT,
		  HEAD "params:  {}\n" },
		{ "a leading zero", ERR_FORMAT,
		  "artifact: 1\nstage: \"train\"\nformat: 01\n"
		  "tool: \"t\"\nsigned: true\n" NONE },
		{ "format zero", ERR_FORMAT,
		  "artifact: 1\nstage: \"train\"\nformat: 0\n"
		  "tool: \"t\"\nsigned: true\n" NONE },
		{ "a truth in capitals", ERR_FORMAT,
		  "artifact: 1\nstage: \"train\"\nformat: 1\n"
		  "tool: \"t\"\nsigned: True\n" NONE },
	};

	JUDGE(rows);
}

Test(manifest, inputs_that_cannot_be_are_refused)
{
	static const struct row rows[] = {
		{ "an input twice", ERR_FORMAT,
		  INPUTS(INPUT(HEX) INPUT(HEX)) },
		{ "a digest in capitals", ERR_FORMAT, INPUTS(
		  "  - stage: \"label\"\n    id: \"E3B0C44298FC1C149AFBF4C899"
		  "6FB92427AE41E4649B934CA495991B7852B855\"\n") },
		{ "a short digest", ERR_FORMAT, INPUTS(INPUT("e3b0")) },
	};

	JUDGE(rows);
}

Test(manifest, names_that_leave_the_folder_are_refused)
{
	static const struct row rows[] = {
		{ "an absolute name", ERR_FORMAT,
		  MEMBERS(MEMBER("\"/etc/passwd\"", "0")) },
		{ "a name that climbs", ERR_FORMAT,
		  MEMBERS(MEMBER("\"a/../../b\"", "0")) },
		{ "a name beginning with ..", ERR_FORMAT,
		  MEMBERS(MEMBER("\"../b\"", "0")) },
		{ "a name with a dot part", ERR_FORMAT,
		  MEMBERS(MEMBER("\"./b\"", "0")) },
		{ "a name with an empty part", ERR_FORMAT,
		  MEMBERS(MEMBER("\"a//b\"", "0")) },
		{ "a name ending in a slash", ERR_FORMAT,
		  MEMBERS(MEMBER("\"a/\"", "0")) },
		{ "an empty name", ERR_FORMAT, MEMBERS(MEMBER("\"\"", "0")) },
		{ "a name of 100 characters", ERR_FORMAT, MEMBERS(MEMBER(
		  "\"aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaa"
		  "bbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb\"",
		  "0")) },
		{ "a name with a space", ERR_FORMAT,
		  MEMBERS(MEMBER("\"a b\"", "0")) },
		{ "a name with a line feed", ERR_FORMAT,
		  MEMBERS(MEMBER("\"a\\nb\"", "0")) },
	};

	JUDGE(rows);
}

Test(manifest, members_that_cannot_be_are_refused)
{
	static const struct row rows[] = {
		{ "the manifest as a member", ERR_FORMAT,
		  MEMBERS(MEMBER("\"MANIFEST.yaml\"", "0")) },
		{ "members out of order", ERR_FORMAT,
		  MEMBERS(MEMBER("\"b\"", "0") MEMBER("\"a\"", "0")) },
		{ "a member twice", ERR_FORMAT,
		  MEMBERS(MEMBER("\"a\"", "0") MEMBER("\"a\"", "0")) },
		{ "a member in the way", ERR_FORMAT,
		  MEMBERS(MEMBER("\"a\"", "0") MEMBER("\"a-b\"", "0")
			  MEMBER("\"a/b\"", "0")) },
		{ "a size beyond the limit", ERR_LIMIT,
		  MEMBERS(MEMBER("\"a\"", "2147483649")) },
		{ "a size beyond 64 bits", ERR_LIMIT,
		  MEMBERS(MEMBER("\"a\"", "99999999999999999999999")) },
		{ "sizes whose sum is too much", ERR_LIMIT,
		  MEMBERS(MEMBER("\"a\"", "2147483648")
			  MEMBER("\"b\"", "1")) },
		{ "a negative size", ERR_FORMAT,
		  MEMBERS(MEMBER("\"a\"", "-1")) },
	};

	JUDGE(rows);
}

Test(manifest, a_nul_inside_is_refused)
{
	static const char text[] = PARAMS("  a: \"b\0c\"\n");
	struct manifest manifest;

	cr_assert_eq(manifest_parse(&manifest, text, sizeof(text) - 1, NULL),
		     ERR_FORMAT);
	manifest_release(&manifest);
}

Test(manifest, too_many_inputs_are_refused)
{
	struct buf text = BUF_INIT;
	struct manifest manifest;

	buf_adds(&text, HEAD "params: {}\ninputs:\n");
	for (int i = 0; i <= MANIFEST_INPUTS_MAX; i++)
		buf_addf(&text, "  - stage: \"a\"\n    id: \"%064x\"\n", i);
	buf_adds(&text, "toolchains: {}\nmembers: []\n");
	cr_assert_eq(manifest_parse(&manifest, text.data, text.len, NULL),
		     ERR_LIMIT);
	manifest_release(&manifest);
	buf_release(&text);
}

Test(manifest, says_which_line)
{
	static const char text[] = PARAMS("  a: \"b\"\n  c: d\n");
	struct manifest manifest;
	struct err err = { 0 };

	manifest_parse(&manifest, text, sizeof(text) - 1, &err);
	cr_assert_str_eq(err.place, "MANIFEST.yaml, line 8");
	manifest_release(&manifest);
}
