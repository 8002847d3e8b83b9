#include "dataset/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "bits/le.h"
#include "dataset/dataset_priv.h"
#include "dataset/tsv.h"

static const char *const type_names[] = { "s16", "f32", "u8" };
static const char *const kind_names[] = { "audio", "table", "image" };

size_t dataset_type_bytes(enum dataset_type type)
{
	static const uint8_t bytes[] = { 2, 4, 1 };

	return bytes[type];
}

const char *dataset_type_name(enum dataset_type type)
{
	return type_names[type];
}

const char *dataset_kind_name(enum dataset_kind kind)
{
	return kind_names[kind];
}

bool dataset_name_ok(const char *name)
{
	char copy[DATASET_NAME_MAX + 1];
	size_t n = strlen(name);

	if (n == 0 || n > DATASET_NAME_MAX)
		return false;
	memcpy(copy, name, n + 1);
	text_neutralise(copy);
	return memcmp(copy, name, n) == 0;
}

size_t dataset_bytes(const struct dataset_recording *r)
{
	size_t n = (size_t)r->frames * dataset_type_bytes(r->type);

	if (!n || !r->width || !r->channels)
		return SIZE_MAX;
	if (r->channels > SIZE_MAX / r->width ||
	    n > SIZE_MAX / ((size_t)r->width * r->channels))
		return SIZE_MAX;
	return n * r->width * r->channels;
}

static int find_word(const char *const *words, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

static int read_shape(struct dataset_recording *r, const struct tsv *tsv,
		      struct err *err)
{
	int kind = find_word(kind_names, 3, tsv->fields[INDEX_KIND]);
	int type = find_word(type_names, 3, tsv->fields[INDEX_TYPE]);
	int ret;

	if (kind < 0 || type < 0)
		return tsv_fail(tsv, ERR_FORMAT, "unknown kind or type", err);
	r->kind = (enum dataset_kind)kind;
	r->type = (enum dataset_type)type;
	ret = tsv_u32(tsv, INDEX_RATE, 0, INT32_MAX, &r->rate_hz, err);
	if (!ret)
		ret = tsv_u32(tsv, INDEX_FRAMES, 1, UINT32_MAX, &r->frames,
			      err);
	if (!ret)
		ret = tsv_u32(tsv, INDEX_WIDTH, 1, UINT16_MAX, &r->width, err);
	if (!ret)
		ret = tsv_u32(tsv, INDEX_CHANNELS, 1, DATASET_CHANNELS_MAX,
			      &r->channels, err);
	return ret;
}

static int find_bytes(struct dataset_recording *r, const struct tsv *tsv,
		      const struct artifact *artifact, struct err *err)
{
	const struct artifact_member *member =
		artifact_find(artifact, tsv->fields[INDEX_DATA]);
	uint32_t offset = 0;
	int ret = tsv_u32(tsv, INDEX_OFFSET, 0, UINT32_MAX, &offset, err);

	if (ret)
		return ret;
	if (!member)
		return tsv_fail(tsv, ERR_FORMAT, "data member is not in the "
				"artifact", err);
	r->n = dataset_bytes(r);
	if (offset > member->n || r->n > member->n - offset)
		return tsv_fail(tsv, ERR_RANGE, "recording lies outside its "
				"data member", err);
	r->bytes = member->bytes + offset;
	return 0;
}

static int check_order(const struct dataset *dataset,
		       const struct dataset_recording *r,
		       const struct tsv *tsv, struct err *err)
{
	const struct dataset_recording *first = dataset->recordings;
	size_t id = (size_t)(r - first);
	long said;

	if (!text_long(tsv->fields[INDEX_ID], 0, DATASET_RECORDINGS_MAX,
		       &said) || (size_t)said != id)
		return tsv_fail(tsv, ERR_FORMAT, "ids do not count from 0",
				err);
	if (id && strcmp(r[-1].name, r->name) >= 0)
		return tsv_fail(tsv, ERR_FORMAT, "names are not sorted", err);
	if (id && (r->kind != first->kind || r->type != first->type ||
		   r->rate_hz != first->rate_hz ||
		   r->channels != first->channels))
		return tsv_fail(tsv, ERR_FORMAT, "recordings do not agree in "
				"kind, type, rate and channels", err);
	return 0;
}

static int read_line(struct dataset *dataset, const struct tsv *tsv,
		     const struct artifact *artifact,
		     struct dataset_recording *r, struct err *err)
{
	int ret;

	r->name = tsv->fields[INDEX_NAME];
	if (!dataset_name_ok(r->name))
		return tsv_fail(tsv, ERR_FORMAT, "name is not usable", err);
	if (!digest_unhex(&r->source, tsv->fields[INDEX_SOURCE]))
		return tsv_fail(tsv, ERR_FORMAT, "source is not a SHA-256",
				err);
	ret = read_shape(r, tsv, err);
	if (!ret)
		ret = find_bytes(r, tsv, artifact, err);
	if (!ret)
		ret = check_order(dataset, r, tsv, err);
	return ret;
}

static int read_index(struct dataset *dataset, struct arena *arena,
		      const struct artifact *artifact,
		      const struct artifact_member *index, struct err *err)
{
	struct dataset_recording *recordings;
	size_t room = tsv_lines(index);
	struct tsv tsv;
	int ret = tsv_open(&tsv, arena, index, DATASET_INDEX_HEADER, err);

	if (ret)
		return ret;
	if (room > DATASET_RECORDINGS_MAX)
		return tsv_fail(&tsv, ERR_LIMIT, "too many recordings", err);
	recordings = arena_array(arena, room, sizeof(*recordings));
	if (!recordings)
		return err_nomem(err);
	dataset->recordings = recordings;
	while (!ret && (ret = tsv_next(&tsv, err)) == 1) {
		ret = read_line(dataset, &tsv, artifact,
				recordings + dataset->count, err);
		dataset->count++;
	}
	if (!ret && dataset->count == 0)
		ret = tsv_fail(&tsv, ERR_FORMAT, "no recording", err);
	return ret;
}

int dataset_read(struct dataset *dataset, const struct artifact *artifact,
		 struct err *err)
{
	const struct artifact_member *index;
	struct arena *arena = calloc(1, sizeof(*arena));
	int ret;

	memset(dataset, 0, sizeof(*dataset));
	if (!arena)
		return err_nomem(err);
	dataset->memory = arena;
	if (artifact->format != DATASET_FORMAT)
		return err_set(err, ERR_UNSUPPORTED, "dataset of format %d is "
			       "not read", artifact->format);
	ret = artifact_need(artifact, DATASET_INDEX, &index, err);
	if (!ret)
		ret = read_index(dataset, arena, artifact, index, err);
	if (ret)
		return ret;
	dataset->kind = dataset->recordings[0].kind;
	dataset->type = dataset->recordings[0].type;
	dataset->rate_hz = dataset->recordings[0].rate_hz;
	dataset->channels = dataset->recordings[0].channels;
	return dataset_read_marks(dataset, artifact, arena, err);
}

void dataset_release(struct dataset *dataset)
{
	if (dataset->memory)
		arena_release(dataset->memory);
	free(dataset->memory);
	memset(dataset, 0, sizeof(*dataset));
}

static int by_name(const void *key, const void *element)
{
	return strcmp(key, ((const struct dataset_recording *)element)->name);
}

const struct dataset_recording *
dataset_find(const struct dataset *dataset, const char *name)
{
	return bsearch(name, dataset->recordings, dataset->count,
		       sizeof(*dataset->recordings), by_name);
}

void dataset_read_s16(const struct dataset_recording *recording, size_t first,
		      size_t n, int16_t *out)
{
	size_t all = recording->n / 2;

	for (size_t i = 0; i < n; i++)
		out[i] = first < all && i < all - first ?
			 (int16_t)le_u16(recording->bytes + 2 * (first + i)) :
			 0;
}
