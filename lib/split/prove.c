#include <stdlib.h>

#include "split/chain.h"

struct proof {
	struct chain_part whole, front, back;
	size_t in_bytes, cross_bytes, out_bytes;
	uint8_t *cross, *want, *got;
	struct err *err;
};

static int compare(struct proof *p, int cut, size_t sample)
{
	for (size_t i = 0; i < p->out_bytes; i++) {
		if (p->want[i] == p->got[i])
			continue;
		err_set(p->err, ERR_RANGE, "the parts do not give the whole "
			"model's answer: %d instead of %d", (int8_t)p->got[i],
			(int8_t)p->want[i]);
		err_at(p->err, "cut before operation %d, input %zu, output "
		       "byte %zu", cut, sample, i);
		return ERR_RANGE;
	}
	return 0;
}

static int prove_cut(struct proof *p, const struct model *model, int cut,
		     const int8_t *inputs, size_t count)
{
	int ret = chain_part_open(&p->front, model, 0, cut, p->err);

	if (!ret)
		ret = chain_part_open(&p->back, model, cut, model->op_count,
				      p->err);
	p->cross_bytes = (size_t)split_bytes(model, cut);
	for (size_t i = 0; i < count && !ret; i++) {
		const uint8_t *in = (const uint8_t *)inputs + i * p->in_bytes;

		chain_part_run(&p->whole, in, p->in_bytes, p->want);
		chain_part_run(&p->front, in, p->in_bytes, p->cross);
		chain_part_run(&p->back, p->cross, p->cross_bytes, p->got);
		ret = compare(p, cut, i);
	}
	chain_part_close(&p->front);
	chain_part_close(&p->back);
	return ret;
}

static size_t largest_crossing(const struct model *model)
{
	size_t most = 1;

	for (int cut = 0; cut <= model->op_count; cut++) {
		size_t bytes = (size_t)split_bytes(model, cut);

		if (bytes > most)
			most = bytes;
	}
	return most;
}

int split_prove(const struct model *model, const int8_t *inputs, size_t count,
		int *cuts_proved, struct err *err)
{
	struct proof p = { .front.is_empty = true, .back.is_empty = true,
			   .err = err };
	size_t room = largest_crossing(model);
	int ret = chain_part_open(&p.whole, model, 0, model->op_count, err);

	*cuts_proved = 0;
	p.cross = malloc(room);
	p.want = malloc(room);
	p.got = malloc(room);
	if (!ret && (!p.cross || !p.want || !p.got))
		ret = err_nomem(err);
	if (!ret) {
		p.in_bytes = p.whole.runner.input_bytes;
		p.out_bytes = p.whole.runner.output_bytes;
	}
	for (int cut = 0; cut <= model->op_count && !ret; cut++) {
		if (!split_is_legal(model, cut))
			continue;
		ret = prove_cut(&p, model, cut, inputs, count);
		*cuts_proved += !ret;
	}
	chain_part_close(&p.whole);
	free(p.cross);
	free(p.want);
	free(p.got);
	return ret;
}
