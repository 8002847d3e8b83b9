#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/program.h"
#include "base/text.h"
#include "firmware/firmware.h"
#include "project/keys.h"

enum { ELF_BYTES_MAX = 64 << 20 };

struct work {
	struct stage *stage;
	struct artifact *from;		/* split or squeezed */
	const struct project_board *entry;
	const char *version;		/* of flash: or update: */
	long counter;
	struct key_secret key;
	struct artifact_maker *maker;
	struct err *err;
};

static int choose_board(struct work *w)
{
	const struct project *p = &w->stage->project;
	bool flash = w->stage->which == STAGE_FLASH;
	const char *name = flash ? p->flash.board : p->update.board;

	w->version = flash ? p->flash.version : p->update.version;
	w->counter = flash ? p->flash.counter : p->update.counter;
	if (!name[0]) {
		err_set(w->err, ERR_USAGE, "no board is named");
		err_hint(w->err, "set 'board' below '%s' in tinyml.yaml",
			 flash ? "flash" : "update");
		return ERR_USAGE;
	}
	return project_board(p, name, &w->entry, w->err);
}

static int open_input(struct work *w, const char *operand)
{
	bool split = w->stage->project.split.nodes.n > 0;

	return stage_input(w->stage, split ? STAGE_SPLIT : STAGE_SQUEEZE,
			   operand, &w->from, w->err);
}

/* Split artifacts keep a node's files under its name, squeezed ones a
 * target's under its type. */
static const struct artifact_member *find(const struct work *w,
					  const char *name)
{
	bool split = strcmp(w->from->stage, "split") == 0;
	char member[ARTIFACT_NAME_MAX + 1];

	snprintf(member, sizeof(member), "%s/%s",
		 split ? w->entry->name : w->entry->type, name);
	return artifact_find(w->from, member);
}

static int no_image(struct work *w)
{
	if (strcmp(w->from->stage, "split") == 0) {
		err_set(w->err, ERR_NO, "the split leaves nothing of the "
			"model to '%s'", w->entry->name);
		err_hint(w->err, "see 'tinyml show artifacts/split.tar "
			 "explanation.txt'");
		return ERR_NO;
	}
	err_set(w->err, ERR_MISSING, "the model was not planned for '%s'",
		w->entry->type);
	err_hint(w->err, "add it to 'targets' in tinyml.yaml");
	return ERR_MISSING;
}

static int read_version(struct work *w, struct mcuboot_version *version)
{
	struct err why = { 0 };

	if (firmware_version_parse(w->version, version, &why) == 0)
		return 0;
	err_set(w->err, ERR_FORMAT, "'%s.version' in tinyml.yaml: %s",
		project_stage_name(w->stage->which), why.text);
	err_hint(w->err, "%s", why.hint);
	return ERR_FORMAT;
}

static int add_model(struct work *w)
{
	const struct artifact_member *image = find(w, "model.img");
	struct buf container = BUF_INIT;
	struct firmware_seal seal = {
		.counter = (uint32_t)w->counter, .identity = w->from->id,
		.key = &w->key,
	};
	int ret;

	if (!image)
		return no_image(w);
	ret = read_version(w, &seal.version);
	if (!ret)
		ret = firmware_seal(&seal, image->bytes, image->n, &container,
				    w->err);
	if (!ret)
		artifact_add(w->maker, "model.bin", container.data,
			     container.len);
	buf_release(&container);
	return ret;
}

/* The part's golden vectors when it has own ones, else the whole model's. */
static void add_golden(struct work *w)
{
	const struct artifact_member *part = find(w, "golden.bin");
	const struct artifact_member *whole =
		artifact_find(w->from, "golden.bin");
	const struct artifact_member *pcm =
		artifact_find(w->from, "golden.pcm");
	const struct artifact_member *classes =
		artifact_find(w->from, "classes.txt");

	if (!part)
		part = whole;
	if (part)
		artifact_add(w->maker, "golden.bin", part->bytes, part->n);
	if (pcm && part && part->n)
		artifact_add(w->maker, "golden.pcm", pcm->bytes, pcm->n);
	if (classes)
		artifact_add(w->maker, "classes.txt", classes->bytes,
			     classes->n);
}

static int add_program(struct work *w)
{
	char name[128], path[PROGRAM_PATH], hex[DIGEST_HEX];
	struct buf elf = BUF_INIT;
	struct digest digest;
	int ret = 0;

	snprintf(name, sizeof(name), "firmware/%s.elf", w->entry->type);
	if (!program_data(name, path))
		return 0;
	ret = file_read(path, ELF_BYTES_MAX, &elf, w->err);
	if (!ret) {
		digest = digest_of(elf.data, elf.len);
		digest_hex(&digest, hex);
		artifact_add(w->maker, "firmware.elf", elf.data, elf.len);
		artifact_add_toolchain(w->maker, "firmware", hex);
	}
	buf_release(&elf);
	return ret;
}

static void add_params(struct work *w)
{
	char key[65];

	text_hex(key, w->key.pub.pk, sizeof(w->key.pub.pk));
	stage_params(w->stage, w->maker);
	artifact_add_param(w->maker, "target", "%s", w->entry->type);
	artifact_add_param(w->maker, "version", "%s", w->version);
	artifact_add_param(w->maker, "counter", "%ld", w->counter);
	artifact_add_param(w->maker, "device_key", "%s", key);
	artifact_add_input(w->maker, w->from);
}

static int make(struct work *w, const char *operand, struct buf *summary)
{
	struct digest id;
	int ret = choose_board(w);

	if (!ret)
		ret = open_input(w, operand);
	if (!ret)
		ret = keys_device(&w->stage->project, &w->key, w->err);
	if (!ret)
		ret = add_model(w);
	if (!ret)
		ret = add_program(w);
	if (ret)
		return ret;
	add_golden(w);
	add_params(w);
	ret = stage_write(w->stage, w->maker, &id, w->err);
	if (!ret)
		buf_addf(summary, "model %s, security counter %ld, for %s "
			 "(%s)\nnext: tinyml %s --to %s\n", w->version,
			 w->counter, w->entry->name, w->entry->type,
			 project_stage_name(w->stage->which), w->entry->name);
	return ret;
}

int firmware_stage(struct stage *stage, const char *operand,
		   struct buf *summary, struct err *err)
{
	struct work w = { .stage = stage, .err = err };
	int ret;

	w.maker = artifact_make(project_stage_name(stage->which),
				FIRMWARE_FORMAT);
	ret = w.maker ? make(&w, operand, summary) : err_nomem(err);
	explicit_bzero(&w.key, sizeof(w.key));
	artifact_close(w.from);
	artifact_drop(w.maker);
	return ret;
}
