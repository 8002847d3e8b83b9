#include <stdlib.h>
#include <string.h>

#include "bits/le.h"
#include "labels/labels_priv.h"

struct group {
	const char *key;
	uint32_t hash;		/* the first 32 bits of SHA-256(key) */
	int part;		/* AUTO until chosen */
	bool fixed;		/* by a *_where */
	const char *first;	/* a row of it, for messages */
};

struct split {
	const struct labels_rows *rows;
	const bool *chosen;
	struct group *groups;
	size_t count;
	uint32_t shares[LABELS_PARTS];	/* of what the hash decides */
};

static int by_key(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static int check_shares(const struct project_label *label, struct err *err)
{
	long sum = label->train + label->validation + label->test;

	if (sum == 100)
		return 0;
	err_set(err, ERR_FORMAT, "label.train, label.validation and "
		"label.test add up to %ld, not 100", sum);
	err_hint(err, "for example 80, 10 and 10");
	return ERR_FORMAT;
}

static int find_groups(struct split *s, struct err *err)
{
	size_t unique = 0;

	s->groups = calloc(s->rows->count, sizeof(*s->groups));
	if (!s->groups)
		return err_nomem(err);
	for (size_t i = 0; i < s->rows->count; i++)
		if (s->chosen[i])
			s->groups[s->count++].key = s->rows->items[i].group;
	qsort(s->groups, s->count, sizeof(*s->groups), by_key);
	for (size_t i = 0; i < s->count; i++)
		if (!unique || by_key(s->groups + unique - 1, s->groups + i))
			s->groups[unique++] = s->groups[i];
	s->count = unique;
	for (size_t i = 0; i < s->count; i++) {
		struct digest d = digest_of(s->groups[i].key,
					    strlen(s->groups[i].key));

		s->groups[i].hash = be_u32(d.bytes);
		s->groups[i].part = LABELS_AUTO;
	}
	return 0;
}

static struct group *group_of(const struct split *s,
			      const struct labels_row *row)
{
	const struct group key = { .key = row->group };

	return bsearch(&key, s->groups, s->count, sizeof(key), by_key);
}

static int torn(const struct group *g, const struct labels_row *row,
		struct err *err)
{
	err_set(err, ERR_FORMAT, "label.test_where and label.validation_where "
		"tear group '%.60s' apart: '%.100s' and '%.100s' would be in "
		"different parts", g->key, g->first, row->name);
	err_hint(err, "choose by the field that label.group names, or set "
		 "label.group to file");
	return ERR_FORMAT;
}

/* What the conditions choose must not divide a group. */
static int apply_where(struct split *s, struct err *err)
{
	for (size_t i = 0; i < s->rows->count; i++) {
		const struct labels_row *row = s->rows->items + i;
		struct group *g;

		if (!s->chosen[i])
			continue;
		g = group_of(s, row);
		if (g->first && g->part != row->fixed)
			return torn(g, row, err);
		g->first = row->name;
		g->part = row->fixed;
		g->fixed = row->fixed != LABELS_AUTO;
	}
	return 0;
}

static void share(struct split *s, const struct project_label *label)
{
	s->shares[LABELS_TRAIN] = (uint32_t)label->train;
	s->shares[LABELS_VALIDATION] = *label->validation_where ? 0 :
				       (uint32_t)label->validation;
	s->shares[LABELS_TEST] = *label->test_where ? 0 :
				 (uint32_t)label->test;
}

/* Test first, so that moving between train and validation leaves it alone. */
static int part_of(const struct split *s, uint32_t hash)
{
	const uint32_t *shares = s->shares;
	uint32_t sum = shares[LABELS_TRAIN] + shares[LABELS_VALIDATION] +
		       shares[LABELS_TEST];
	uint32_t at = (uint32_t)((uint64_t)hash * sum >> 32);

	if (at < shares[LABELS_TEST])
		return LABELS_TEST;
	if (at - shares[LABELS_TEST] < shares[LABELS_VALIDATION])
		return LABELS_VALIDATION;
	return LABELS_TRAIN;
}

static size_t count_part(const struct split *s, int part)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->groups[i].part == part;
	return n;
}

/* With few groups the hash may leave a part empty: then the group of train
 * with the lowest hash goes there. */
static void fill_empty(struct split *s, int part, struct labels_report *report)
{
	struct group *lowest = NULL;

	if (!s->shares[part] || count_part(s, part) ||
	    count_part(s, LABELS_TRAIN) < 2)
		return;
	for (size_t i = 0; i < s->count; i++) {
		struct group *g = s->groups + i;

		if (g->part == LABELS_TRAIN && !g->fixed &&
		    (!lowest || g->hash < lowest->hash))
			lowest = g;
	}
	if (!lowest)
		return;
	lowest->part = part;
	labels_note(report, "the hash left %s empty with %zu groups: group "
		    "'%s' goes there", labels_part_name((enum labels_part)part),
		    s->count, lowest->key);
}

static void choose(struct split *s, enum labels_part *parts,
		   struct labels_report *report)
{
	size_t torn_rows = 0;
	const char *first = NULL;

	for (size_t i = 0; i < s->rows->count; i++) {
		const struct labels_row *row = s->rows->items + i;
		const struct group *g;

		if (!s->chosen[i])
			continue;
		g = group_of(s, row);
		parts[i] = (enum labels_part)(row->part == LABELS_AUTO ?
					      g->part : row->part);
		if ((int)parts[i] != g->part && !torn_rows++)
			first = row->name;
	}
	if (torn_rows)
		labels_note(report, "%zu lines of labels/labels.tsv put a "
			    "recording in another part than its group, first "
			    "'%s'", torn_rows, first);
}

int labels_split(const struct project_label *label,
		 const struct labels_rows *rows, const bool *chosen,
		 enum labels_part *parts, struct labels_report *report,
		 struct err *err)
{
	struct split s = { .rows = rows, .chosen = chosen };
	int ret = check_shares(label, err);

	if (!ret)
		ret = find_groups(&s, err);
	if (!ret)
		ret = apply_where(&s, err);
	if (!ret) {
		share(&s, label);
		for (size_t i = 0; i < s.count; i++)
			if (s.groups[i].part == LABELS_AUTO)
				s.groups[i].part = part_of(&s,
							   s.groups[i].hash);
		fill_empty(&s, LABELS_TEST, report);
		fill_empty(&s, LABELS_VALIDATION, report);
		choose(&s, parts, report);
		report->groups = s.count;
	}
	free(s.groups);
	return ret;
}
