#include <string.h>

#include "base/text.h"
#include "dataset/dataset_priv.h"
#include "dataset/tsv.h"

bool dataset_word_ok(const char *word)
{
	char copy[DATASET_WORD_MAX + 1];
	size_t n = strlen(word);

	if (n == 0 || n > DATASET_WORD_MAX || strcmp(word, "-") == 0)
		return false;
	memcpy(copy, word, n + 1);
	text_neutralise(copy);
	return memcmp(copy, word, n) == 0;
}

static int read_mark(const struct dataset *dataset, const struct tsv *tsv,
		     struct dataset_mark *mark, struct err *err)
{
	uint32_t frames, last = (uint32_t)dataset->count - 1;
	int ret = tsv_u32(tsv, MARK_ID, 0, last, &mark->recording, err);

	if (ret)
		return ret;
	frames = dataset->recordings[mark->recording].frames;
	ret = tsv_u32(tsv, MARK_END, 1, frames, &mark->end, err);
	if (!ret)
		ret = tsv_u32(tsv, MARK_START, 0, mark->end - 1, &mark->start,
			      err);
	mark->label = tsv->fields[MARK_LABEL];
	if (!ret && !dataset_word_ok(mark->label))
		ret = tsv_fail(tsv, ERR_FORMAT, "unusable label", err);
	return ret;
}

static bool in_order(const struct dataset_mark *a, const struct dataset_mark *b)
{
	return a->recording < b->recording ||
	       (a->recording == b->recording && a->end <= b->start);
}

static int read_lines(struct dataset *dataset, struct tsv *tsv,
		      struct dataset_mark *marks, struct err *err)
{
	size_t n = 0;
	int ret = 0;

	while (!ret && (ret = tsv_next(tsv, err)) == 1) {
		ret = read_mark(dataset, tsv, marks + n, err);
		if (!ret && n > 0 && !in_order(marks + n - 1, marks + n))
			ret = tsv_fail(tsv, ERR_FORMAT, "marks are not in "
				       "order", err);
		n++;
	}
	dataset->marks = marks;
	dataset->mark_count = n;
	return ret;
}

int dataset_read_marks(struct dataset *dataset, const struct artifact *artifact,
		       struct arena *arena, struct err *err)
{
	const struct artifact_member *member =
		artifact_find(artifact, DATASET_MARKS);
	struct dataset_mark *marks;
	struct tsv tsv;
	int ret;

	if (!member)
		return 0;
	ret = tsv_open(&tsv, arena, member, DATASET_MARKS_HEADER, err);
	if (ret)
		return ret;
	if (tsv_lines(member) > DATASET_MARKS_MAX + 1)
		return tsv_fail(&tsv, ERR_LIMIT, "too many marks", err);
	marks = arena_array(arena, tsv_lines(member), sizeof(*marks));
	if (!marks)
		return err_nomem(err);
	return read_lines(dataset, &tsv, marks, err);
}
