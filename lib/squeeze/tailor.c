#include "squeeze/tailor.h"

#include <stdio.h>
#include <string.h>

bool tailor_is_asked(const struct project_squeeze *how)
{
	return strcmp(how->format, "auto") == 0;
}

/* Golden vectors stand in the images too. */
static void add_golden(const struct work *w, struct compare *c)
{
	const struct model *m = &w->as_float;
	size_t pair = model_elements(&m->tensors[m->inputs[0]]) +
		      model_elements(&m->tensors[m->outputs[0]]);
	size_t bytes = 32 + SQUEEZE_GOLDEN_MAX * pair;

	for (size_t i = 0; i < c->count; i++)
		for (size_t t = 0; t < c->target_count; t++)
			c->rows[i].targets[t].image_bytes += (uint32_t)bytes;
}

static uint64_t size_of(const struct squeeze_target *t)
{
	return (uint64_t)t->image_bytes + t->arena_bytes + t->slow_bytes;
}

static int smallest(const struct compare *c, size_t target)
{
	int best = -1;

	for (size_t i = 0; i < c->count; i++)
		if (c->rows[i].made && (best < 0 ||
		    size_of(&c->rows[i].targets[target]) <
		    size_of(&c->rows[best].targets[target])))
			best = (int)i;
	return best;
}

int tailor(struct work *w, struct compare *c, int *rows)
{
	int ret = work_hold_out(w, LABELS_VALIDATION, LABELS_TEST);

	if (!ret)
		ret = compare_work(w, c);
	if (!ret)
		ret = work_hold_out(w, LABELS_TEST, LABELS_VALIDATION);
	if (ret)
		return ret;
	add_golden(w, c);
	for (size_t t = 0; t < c->target_count; t++) {
		rows[t] = compare_choose(c, t);
		if (rows[t] < 0)
			rows[t] = smallest(c, t);
	}
	return 0;
}

void tailor_tell(const struct compare *c, size_t target, int row,
		 struct squeeze_target *to)
{
	const struct squeeze_score *own = &c->rows[row].score;
	size_t fit = 0, most = 0;

	for (size_t i = 0; i < c->count; i++) {
		if (!c->rows[i].made || !squeeze_fits(&c->rows[i].targets
						      [target]))
			continue;
		fit++;
		if (c->rows[i].score.right > most)
			most = c->rows[i].score.right;
	}
	to->variant = c->rows[row].name;
	to->section = c->rows[row].section;
	snprintf(to->why, sizeof(to->why), "%zu of %zu fit, %s part %zu of "
		 "%zu (best %zu), cheapest of equals", fit, c->count, c->part,
		 own->right, own->count, most);
}
