/*
 * seeds_artifact DIR - what fuzz_artifact starts from: valid artifacts, and
 * some whose last member is of another kind, with a right header checksum,
 * which chance would not find.
 */
#include <stdio.h>
#include <string.h>

#include "artifact/artifact.h"
#include "base/file.h"

enum { HEADER = 512, SUM = 148, TYPE = 156 };

static struct artifact_maker *with_everything(void)
{
	struct artifact_maker *maker = artifact_make("train", 1);
	struct artifact input = { .stage = "label", .id = { { 1, 2 } } };

	artifact_add(maker, "data/000000.s16", "\0\1\2\3", 4);
	artifact_add(maker, "data/000001.s16", "", 0);
	artifact_add(maker, "last", "", 0);
	artifact_add_param(maker, "train.epochs", "%d", 24);
	artifact_add_param(maker, "label.pattern", "\"%s\"\\\n\t\u00e9\u65e5",
			   "{a}");
	artifact_add_toolchain(maker, "gcc", "12.2");
	artifact_add_input(maker, &input);
	input.stage = "collect";
	input.id.bytes[0] = 7;
	artifact_add_input(maker, &input);
	return maker;
}

static int save(const char *folder, const char *name, const struct buf *tar)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s.tar", folder, name);
	return file_write(path, tar->data, tar->len, 0644, NULL);
}

/* The empty last member's header stands before the two closing blocks. */
static int save_retyped(const char *folder, struct buf *tar, char type)
{
	uint8_t *h = tar->data + tar->len - 3 * HEADER;
	char name[] = "type-?";
	unsigned sum = 0;

	name[5] = type;
	h[TYPE] = (uint8_t)type;
	memset(h + SUM, ' ', 8);
	for (int i = 0; i < HEADER; i++)
		sum += h[i];
	snprintf((char *)h + SUM, 8, "%06o", sum);
	h[SUM + 7] = ' ';
	return save(folder, name, tar);
}

static int save_all(const char *folder, const char *name,
		    struct artifact_maker *maker)
{
	const uint8_t seed[32] = { 'a' };	/* as fuzz_artifact.c */
	struct buf is_unsigned = BUF_INIT, is_signed = BUF_INIT;
	char signed_name[64];
	struct key_secret key;
	int bad;

	key_from_seed(&key, seed);
	snprintf(signed_name, sizeof(signed_name), "%s-signed", name);
	bad = artifact_encode(maker, NULL, &is_unsigned, NULL, NULL) ||
	      artifact_encode(maker, &key, &is_signed, NULL, NULL) ||
	      save(folder, name, &is_unsigned) ||
	      save(folder, signed_name, &is_signed);
	buf_release(&is_unsigned);
	buf_release(&is_signed);
	artifact_drop(maker);
	return bad;
}

static int save_kinds(const char *folder, struct artifact_maker *maker)
{
	struct buf tar = BUF_INIT;
	int bad = artifact_encode(maker, NULL, &tar, NULL, NULL);

	for (const char *type = "123456x"; *type && !bad; type++)
		bad = save_retyped(folder, &tar, *type);
	buf_release(&tar);
	artifact_drop(maker);
	return bad;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	return save_all(argv[1], "empty", artifact_make("collect", 1)) ||
	       save_all(argv[1], "full", with_everything()) ||
	       save_kinds(argv[1], with_everything());
}
