/* seeds_yaml DIR - what fuzz_yaml starts from: the reference file of every key
 * (run it at the top of the tree), and one of each mistake. */
#include "seed.h"

static const char *const files[][2] = {
	{ "empty", "" },
	{ "lists", "project: a\nlabel:\n  classes:\n    - yes\n    - \"no\"\n"
		   "targets: []\ncollect: {columns: [x, y], seconds: 1.5}\n" },
	{ "boards", "boards:\n  demo:\n    type: sim\n    at: sim:demo\n"
		    "  other: {at: \"tcp:a:1\", type: 'sim'}\n" },
	{ "unknown", "trian:\n  epochs: 3\n" },
	{ "unknown-below", "train:\n  epoch: 3\n" },
	{ "twice", "project: a\nproject: b\n" },
	{ "anchor", "project: &a b\nkey: *a\n" },
	{ "tag", "project: !!str b\n" },
	{ "range", "train:\n  epochs: -3\n  rate: 1e9\n" },
	{ "kinds", "train: 3\nproject: [a]\ntargets: {a: b}\n" },
	{ "two", "project: a\n---\nproject: b\n" },
	{ "board-half", "boards:\n  demo:\n    type: sim\n" },
	{ "board-key", "boards:\n  demo:\n    speed: 1\n" },
	{ "board-name", "boards:\n  a/b:\n    type: sim\n" },
	{ "board-twice", "boards:\n  a: {type: x, at: y}\n  a: {type: x}\n" },
	{ "key-list", "? [a]\n: b\n" },
	{ "list-map", "targets:\n  - a: b\n" },
	{ "choice", "label:\n  from: foldr\n" },
	{ "dots", "train.epochs: 3\n" },
	{ "not-yaml", "a: b: c\n\t- [" },
};

int main(int argc, char **argv)
{
	struct buf reference = BUF_INIT;
	int bad = argc != 2 || file_read("tinyml.yaml.example", 1 << 20,
					 &reference, NULL) ||
		  seed_save(argv[1], "reference", reference.data,
			    reference.len);

	buf_release(&reference);
	for (size_t i = 0; !bad && i < sizeof(files) / sizeof(files[0]); i++)
		bad = seed_text(argv[1], files[i][0], files[i][1]);
	return bad;
}
