#include "labels/make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "labels/labels_priv.h"

struct maker {
	const struct labels_job *job;
	struct labels_report *report;
	struct labels_rows rows, file;	/* rows may point into file's */
	bool *chosen;			/* [row] it becomes an item */
	enum labels_part *parts;	/* [row] */
	struct err *err;
};

static int by_word(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int find_class(const struct labels_report *report, const char *word)
{
	for (size_t i = 0; i < report->class_count; i++)
		if (strcmp(report->classes[i].name, word) == 0)
			return (int)i;
	return -1;
}

static int set_classes(struct maker *m, const char *const *words, size_t n)
{
	struct labels_report *report = m->report;

	if (n > LABELS_CLASSES_MAX)
		return err_set(m->err, ERR_LIMIT, "%zu classes, at most %d "
			       "are possible", n, LABELS_CLASSES_MAX);
	report->classes = calloc(n + 1, sizeof(*report->classes));
	if (!report->classes)
		return err_nomem(m->err);
	for (size_t i = 0; i < n; i++) {
		if (!labels_word_ok(words[i]))
			return err_set(m->err, ERR_FORMAT, "label.classes: "
				       "'%.60s' cannot be a class", words[i]);
		if (find_class(report, words[i]) >= 0)
			return err_set(m->err, ERR_FORMAT, "label.classes "
				       "names '%s' twice", words[i]);
		snprintf(report->classes[i].name,
			 sizeof(report->classes[i].name), "%s", words[i]);
		report->class_count++;
	}
	return 0;
}

/* Every label met, each once, in byte order. The caller frees *words. */
static int collect_words(struct maker *m, const char ***words, size_t *n)
{
	size_t count = 0, unique = 0;
	const char **list = calloc(m->rows.count + 1, sizeof(*list));

	if (!list)
		return err_nomem(m->err);
	for (size_t i = 0; i < m->rows.count; i++) {
		const struct labels_row *row = m->rows.items + i;

		if (row->recording != UINT32_MAX &&
		    strcmp(row->label, LABELS_NONE) != 0)
			list[count++] = row->label;
	}
	qsort(list, count, sizeof(*list), by_word);
	for (size_t i = 0; i < count; i++)
		if (!unique || strcmp(list[unique - 1], list[i]) != 0)
			list[unique++] = list[i];
	*words = list;
	*n = unique;
	return 0;
}

/* label.classes must all be met. */
static int check_wanted(struct maker *m, const char **met, size_t n)
{
	const struct text_list *want = &m->job->label->classes;

	for (size_t i = 0; i < want->n; i++) {
		const char *near;

		if (bsearch(&want->items[i], met, n, sizeof(*met), by_word))
			continue;
		err_set(m->err, ERR_MISSING, "no recording is labelled '%s', "
			"which label.classes names", want->items[i]);
		near = text_nearest(want->items[i], met, n);
		if (near)
			err_hint(m->err, "did you mean '%s'?", near);
		return ERR_MISSING;
	}
	return 0;
}

static bool finds_anomalies(const struct maker *m)
{
	return *m->job->label->normal != '\0';
}

static int check_normal(struct maker *m)
{
	const char *normal = m->job->label->normal;

	for (size_t i = 0; i < m->rows.count; i++)
		if (strcmp(m->rows.items[i].label, normal) == 0)
			return 0;
	return err_set(m->err, ERR_MISSING, "no recording is labelled '%s', "
		       "which label.normal names", normal);
}

static int choose_normal(struct maker *m)
{
	static const char *const words[] = { LABELS_NORMAL,
					     LABELS_ANOMALOUS };
	const char *normal = m->job->label->normal;
	int ret = m->job->label->classes.n == 0 ? check_normal(m) :
		  err_set(m->err, ERR_FORMAT, "label.normal and label.classes "
			  "exclude each other");

	for (size_t i = 0; i < m->rows.count && !ret; i++) {
		struct labels_row *row = m->rows.items + i;

		bool edited = strcmp(row->label, row->rule) != 0;

		if (strcmp(row->label, LABELS_NONE) == 0)
			continue;
		row->label = words[strcmp(row->label, normal) != 0];
		if (!edited)
			row->rule = row->label;
	}
	return ret ? ret : set_classes(m, words, 2);
}

/* What training must not see. */
static void drop_anomalies(struct maker *m)
{
	for (size_t i = 0; i < m->rows.count; i++) {
		if (!m->chosen[i] || m->parts[i] != LABELS_TRAIN ||
		    strcmp(m->rows.items[i].label, LABELS_NORMAL) == 0)
			continue;
		m->chosen[i] = false;
		m->report->left_out++;
		m->report->items--;
	}
}

static int choose_classes(struct maker *m)
{
	const struct text_list *want = &m->job->label->classes;
	const char **met = NULL;
	size_t n = 0;
	int ret;

	if (finds_anomalies(m))
		return choose_normal(m);
	ret = collect_words(m, &met, &n);

	if (!ret)
		ret = check_wanted(m, met, n);
	if (!ret)
		ret = want->n ? set_classes(m, want->items, want->n) :
		      set_classes(m, met, n);
	free(met);
	return ret;
}

static int few_classes(struct maker *m)
{
	const struct labels_report *report = m->report;

	if (report->class_count == 0) {
		err_set(m->err, ERR_FORMAT, "no recording has a label");
		err_hint(m->err, "check label.from in tinyml.yaml, or fill "
			 "the column 'label' of labels/labels.tsv");
		return ERR_FORMAT;
	}
	if (report->class_count == 1) {
		err_set(m->err, ERR_FORMAT, "there is only one class, '%s'",
			report->classes[0].name);
		err_hint(m->err, "record something else too: a model chooses "
			 "between at least two");
		return ERR_FORMAT;
	}
	return 0;
}

static int choose_rows(struct maker *m)
{
	size_t n = m->rows.count;

	m->chosen = calloc(n + 1, sizeof(*m->chosen));
	m->parts = calloc(n + 1, sizeof(*m->parts));
	if (!m->chosen || !m->parts)
		return err_nomem(m->err);
	for (size_t i = 0; i < n; i++) {
		const struct labels_row *row = m->rows.items + i;

		if (row->recording == UINT32_MAX) {
			m->report->gone++;
			continue;
		}
		m->chosen[i] = find_class(m->report, row->label) >= 0;
		m->report->left_out += !m->chosen[i];
		m->report->items += m->chosen[i];
		m->report->edited += strcmp(row->label, row->rule) != 0 ||
				     row->part != LABELS_AUTO;
	}
	return 0;
}

/* Frames of a row's span; they must lie inside the recording. */
static int to_frames(struct maker *m, const struct labels_row *row,
		     uint32_t span[2])
{
	const struct dataset_recording *r =
		m->job->dataset->recordings + row->recording;
	double start = row->start_s * r->rate_hz + 0.5;
	double end = row->end_s * r->rate_hz + 0.5;

	span[0] = 0;
	span[1] = r->frames;
	if (row->end_s <= 0)
		return 0;
	if (!(end < (double)r->frames + 1) ||
	    (uint32_t)start >= (uint32_t)end) {
		err_set(m->err, ERR_RANGE, "'%.200s' from %g to %g s: it lasts "
			"%g s", row->name, row->start_s, row->end_s,
			r->rate_hz ? (double)r->frames / r->rate_hz : 0.0);
		if (row->line)
			err_at(m->err, "labels/labels.tsv, line %zu",
			       row->line);
		return ERR_RANGE;
	}
	span[0] = (uint32_t)start;
	span[1] = (uint32_t)end;
	return 0;
}

static int write_items(struct maker *m, struct buf *out)
{
	buf_adds(out, LABELS_HEADER "\n");
	for (size_t i = 0; i < m->rows.count; i++) {
		const struct labels_row *row = m->rows.items + i;
		uint32_t span[2];
		int class, ret;

		if (!m->chosen[i])
			continue;
		ret = to_frames(m, row, span);
		if (ret)
			return ret;
		class = find_class(m->report, row->label);
		m->report->classes[class].parts[m->parts[i]]++;
		buf_addf(out, "%06u\t%s\t%s\t%s\t%s\t%u\t%u\n",
			 (unsigned)row->recording, row->name, row->label,
			 labels_part_name(m->parts[i]),
			 *row->group ? row->group : ".", (unsigned)span[0],
			 (unsigned)span[1]);
	}
	return out->failed ? err_nomem(m->err) : 0;
}

static size_t total(const struct labels_balance *b)
{
	return b->parts[0] + b->parts[1] + b->parts[2];
}

static const char *only_name(const struct maker *m, const char *class)
{
	for (size_t i = 0; i < m->rows.count; i++)
		if (m->chosen[i] &&
		    strcmp(m->rows.items[i].label, class) == 0)
			return m->rows.items[i].name;
	return "";
}

static int check_class(struct maker *m, const struct labels_balance *b)
{
	if (finds_anomalies(m) && strcmp(b->name, LABELS_ANOMALOUS) == 0)
		return 0;
	if (total(b) == 1) {
		err_set(m->err, ERR_FORMAT, "class '%s' has one sample, "
			"'%.200s'", b->name, only_name(m, b->name));
		err_hint(m->err, "record more of it, or leave it out: name "
			 "the others in label.classes");
		return ERR_FORMAT;
	}
	if (b->parts[LABELS_TRAIN] == 0) {
		err_set(m->err, ERR_FORMAT, "class '%s' has no sample to "
			"train with: all %zu are in validation and test",
			b->name, total(b));
		err_hint(m->err, "record more groups, or choose a smaller "
			 "unit in label.group");
		return ERR_FORMAT;
	}
	return 0;
}

/* Did the user ask for this part? */
static bool is_wanted(const struct project_label *label, int part)
{
	if (part == LABELS_TEST)
		return label->test || *label->test_where;
	return label->validation || *label->validation_where;
}

static void note_balance(struct maker *m)
{
	struct labels_report *report = m->report;
	size_t most = 0;

	for (size_t i = 0; i < report->class_count; i++)
		if (total(report->classes + i) > most)
			most = total(report->classes + i);
	for (size_t i = 0; i < report->class_count; i++) {
		const struct labels_balance *b = report->classes + i;

		for (int part = LABELS_VALIDATION; part <= LABELS_TEST; part++)
			if (b->parts[part] == 0 &&
			    is_wanted(m->job->label, part))
				labels_note(report, "class '%s' is missing in "
					    "%s", b->name, labels_part_name(
					    (enum labels_part)part));
		if (total(b) * LABELS_IMBALANCE < most)
			labels_note(report, "class '%s' has %zu samples, the "
				    "largest class %zu", b->name, total(b),
				    most);
	}
}

struct twin {
	const struct digest *source;
	size_t row;
};

static int by_source(const void *a, const void *b)
{
	const struct twin *x = a, *y = b;
	int order = memcmp(x->source, y->source, sizeof(*x->source));

	return order ? order : (x->row > y->row) - (x->row < y->row);
}

/* Of one file, or of several with the same bytes; pieces of one recording are
 * no twins. */
static bool are_twins(const struct maker *m, const struct twin *a,
		      const struct twin *b)
{
	const struct dataset_recording *x = m->job->dataset->recordings +
		m->rows.items[a->row].recording;
	const struct dataset_recording *y = m->job->dataset->recordings +
		m->rows.items[b->row].recording;

	return x != y && digest_equal(a->source, b->source) && x->n == y->n &&
	       memcmp(x->bytes, y->bytes, x->n) == 0;
}

/* The same file in train and test makes the test a lie. Images out of one
 * file share its digest and are not compared. */
static int note_twins(struct maker *m)
{
	const struct dataset *d = m->job->dataset;
	struct twin *twins = calloc(m->rows.count + 1, sizeof(*twins));
	size_t n = 0, leaks = 0;
	const char *first = NULL;

	if (!twins)
		return err_nomem(m->err);
	for (size_t i = 0; i < m->rows.count; i++)
		if (m->chosen[i] && d->kind != DATASET_IMAGE)
			twins[n++] = (struct twin){ &d->recordings[
				m->rows.items[i].recording].source, i };
	qsort(twins, n, sizeof(*twins), by_source);
	for (size_t i = 1; i < n; i++) {
		const struct twin *t = twins + i;

		if (!are_twins(m, t - 1, t) ||
		    m->parts[t->row] == m->parts[t[-1].row])
			continue;
		if (!leaks++)
			first = m->rows.items[t->row].name;
	}
	if (leaks)
		labels_note(m->report, "%zu recordings have a twin of the same "
			    "bytes in another part, first '%s'", leaks, first);
	free(twins);
	return 0;
}

static int check(struct maker *m)
{
	int ret = 0;

	for (size_t i = 0; i < m->report->class_count && !ret; i++)
		ret = check_class(m, m->report->classes + i);
	if (ret)
		return ret;
	note_balance(m);
	if (m->report->gone)
		labels_note(m->report, "%zu lines of labels/labels.tsv are "
			    "about recordings that the dataset does not hold",
			    m->report->gone);
	return note_twins(m);
}

static void add_tables(struct maker *m, struct artifact_maker *maker)
{
	struct buf classes = BUF_INIT, balance = BUF_INIT;

	buf_adds(&balance, "class\ttrain\tvalidation\ttest\n");
	for (size_t i = 0; i < m->report->class_count; i++) {
		const struct labels_balance *b = m->report->classes + i;

		buf_addf(&classes, "%s\n", b->name);
		buf_addf(&balance, "%s\t%zu\t%zu\t%zu\n", b->name, b->parts[0],
			 b->parts[1], b->parts[2]);
	}
	artifact_add(maker, "classes.txt", classes.data, classes.len);
	artifact_add(maker, "balance.tsv", balance.data, balance.len);
	buf_release(&classes);
	buf_release(&balance);
}

static int propose(struct maker *m, struct buf *text)
{
	const struct labels_job *job = m->job;
	int ret = labels_rule(job, &m->rows, m->report, m->err);

	if (!ret && job->edited)
		ret = labels_file_read(job->edited, job->edited_n,
				       &m->file, m->err);
	if (!ret)
		ret = labels_merge(job->dataset, &m->rows, &m->file,
				   m->err);
	if (!ret) {
		labels_file_write(&m->rows, text);
		ret = job->label->window_ms ?
		      labels_windows(job, &m->rows, m->report, m->err) : 0;
	}
	if (!ret)
		ret = choose_classes(m);
	if (!ret)
		ret = few_classes(m);
	if (!ret)
		ret = choose_rows(m);
	if (!ret)
		ret = labels_split(job->label, &m->rows, m->chosen, m->parts,
				   m->report, m->err);
	if (!ret && finds_anomalies(m))
		drop_anomalies(m);
	return ret;
}

int labels_make(const struct labels_job *job, struct artifact_maker *maker,
		struct buf *text, struct labels_report *report,
		struct err *err)
{
	struct maker m = { .job = job, .report = report, .err = err };
	struct buf items = BUF_INIT;
	int ret = propose(&m, text);

	if (!ret)
		ret = write_items(&m, &items);
	if (!ret)
		ret = check(&m);
	if (!ret) {
		artifact_add(maker, LABELS_MEMBER, items.data, items.len);
		add_tables(&m, maker);
	}
	buf_release(&items);
	labels_rows_release(&m.rows);
	labels_rows_release(&m.file);
	free(m.chosen);
	free(m.parts);
	return ret;
}
