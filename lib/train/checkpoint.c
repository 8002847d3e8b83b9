#include "train/checkpoint_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

static const char magic[16] = "tinymlck1\n";

/* All numbers before the rows. */
struct head {
	char magic[16];
	struct digest key;
	uint64_t floats, rows, best_epoch, steps;
	double beta1_power, beta2_power;
};

static struct head head_of(const struct checkpoint *c,
			   const struct train_keep *keep)
{
	struct head head = {
		.key = keep->key,
		.floats = train_model_floats(c->model),
		.rows = c->model->row_count,
		.best_epoch = (uint64_t)c->model->best_epoch,
		.steps = c->optimiser->steps,
		.beta1_power = c->optimiser->beta1_power,
		.beta2_power = c->optimiser->beta2_power };

	memcpy(head.magic, magic, sizeof(magic));
	return head;
}

/* The blocks in their order; NULL where there is none. */
enum { BLOCKS = 5 };
struct block {
	float *data;
	size_t bytes;
};

static void blocks_of(const struct checkpoint *c, struct block *blocks)
{
	size_t all = train_model_floats(c->model) * sizeof(float);
	size_t parameters = c->model->plan.parameters * sizeof(float);
	const struct block list[BLOCKS] = {
		{ c->model->parameters, all }, { c->best, all },
		{ c->optimiser->v, parameters },
		{ c->optimiser->m, parameters },
		{ c->optimiser->average, all } };

	memcpy(blocks, list, sizeof(list));
}

int checkpoint_save(const struct checkpoint *c, const struct train_keep *keep,
		    struct err *err)
{
	const struct head head = head_of(c, keep);
	struct block blocks[BLOCKS];
	struct buf out = BUF_INIT;
	struct digest digest;
	int status;

	blocks_of(c, blocks);
	buf_add(&out, &head, sizeof(head));
	buf_add(&out, c->model->rows, head.rows * sizeof(*c->model->rows));
	for (int i = 0; i < BLOCKS; i++)
		if (blocks[i].data)
			buf_add(&out, blocks[i].data, blocks[i].bytes);
	digest = digest_of(out.data, out.len);
	buf_add(&out, &digest, sizeof(digest));
	status = out.failed ? err_nomem(err) : file_mkparents(keep->path, err);
	if (status == 0)
		status = file_write(keep->path, out.data, out.len, 0600, err);
	buf_release(&out);
	return status;
}

static size_t size_of(const struct block *blocks, uint64_t rows)
{
	size_t n = sizeof(struct head) + sizeof(struct digest) +
		rows * sizeof(struct train_row);

	for (int i = 0; i < BLOCKS; i++)
		n += blocks[i].data ? blocks[i].bytes : 0;
	return n;
}

static bool is_ours(const struct checkpoint *c, const struct train_keep *keep,
		    const struct block *blocks, const struct buf *in)
{
	struct head head;
	struct digest digest, is;

	if (in->len < sizeof(head) + sizeof(digest))
		return false;
	memcpy(&head, in->data, sizeof(head));
	if (memcmp(head.magic, magic, sizeof(magic)) != 0 ||
	    !digest_equal(&head.key, &keep->key) ||
	    head.floats != train_model_floats(c->model) ||
	    head.rows > TRAIN_EPOCHS_MAX || head.best_epoch > head.rows ||
	    in->len != size_of(blocks, head.rows))
		return false;
	is = digest_of(in->data, in->len - sizeof(digest));
	memcpy(&digest, in->data + in->len - sizeof(digest), sizeof(digest));
	return digest_equal(&digest, &is);
}

static void take(const struct checkpoint *c, const struct block *blocks,
		 const struct buf *in)
{
	const uint8_t *at = in->data + sizeof(struct head);
	struct head head;

	memcpy(&head, in->data, sizeof(head));
	c->model->row_count = head.rows;
	c->model->best_epoch = (int)head.best_epoch;
	c->optimiser->steps = head.steps;
	c->optimiser->beta1_power = head.beta1_power;
	c->optimiser->beta2_power = head.beta2_power;
	memcpy(c->model->rows, at, head.rows * sizeof(*c->model->rows));
	at += head.rows * sizeof(*c->model->rows);
	for (int i = 0; i < BLOCKS; i++) {
		if (!blocks[i].data)
			continue;
		memcpy(blocks[i].data, at, blocks[i].bytes);
		at += blocks[i].bytes;
	}
}

bool checkpoint_load(const struct checkpoint *c, const struct train_keep *keep)
{
	struct block blocks[BLOCKS];
	struct buf in = BUF_INIT;
	size_t limit;
	bool found = false;

	blocks_of(c, blocks);
	limit = size_of(blocks, TRAIN_EPOCHS_MAX);
	if (file_exists(keep->path) &&
	    file_read(keep->path, limit, &in, NULL) == 0)
		found = is_ours(c, keep, blocks, &in);
	if (found)
		take(c, blocks, &in);
	buf_release(&in);
	return found;
}
