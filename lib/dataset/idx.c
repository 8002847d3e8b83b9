#include "dataset/idx.h"

#include <stdlib.h>
#include <string.h>

#include "bits/cursor.h"

enum { IDX_UBYTE = 8 };

static int read_sizes(struct idx *idx, struct cursor *cur, struct err *err)
{
	size_t product = 1;

	for (uint32_t i = 0; i < IDX_DIMS_MAX; i++) {
		idx->size[i] = i < idx->dims ? cursor_be32(cur) : 1;
		if (cur->err)
			return err_set(err, ERR_SHORT,
				       "IDX file ends inside its header");
		if (idx->size[i] && product > SIZE_MAX / idx->size[i])
			return err_set(err, ERR_LIMIT,
				       "IDX sizes are too large");
		product *= idx->size[i];
	}
	if (product > cursor_left(cur))
		return err_set(err, ERR_SHORT, "IDX header says %zu elements, "
			       "%zu follow", product, cursor_left(cur));
	if (product < cursor_left(cur))
		return err_set(err, ERR_FORMAT, "IDX header says %zu "
			       "elements, %zu bytes follow", product,
			       cursor_left(cur));
	idx->data = cur->pos;
	return 0;
}

int idx_parse(struct idx *idx, const void *bytes, size_t n, struct err *err)
{
	struct cursor cur = cursor_init(bytes, n);
	uint16_t zero = cursor_be16(&cur);
	uint8_t type = cursor_u8(&cur), dims = cursor_u8(&cur);

	memset(idx, 0, sizeof(*idx));
	if (cur.err)
		return err_set(err, ERR_SHORT, "too short for an IDX file");
	if (zero == 0x1f8b) {
		err_set(err, ERR_UNSUPPORTED, "file is compressed by gzip");
		err_hint(err, "unpack it first: gunzip FILE");
		return ERR_UNSUPPORTED;
	}
	if (zero != 0)
		return err_set(err, ERR_FORMAT, "not an IDX file: it does not "
			       "begin with two zero bytes");
	if (type != IDX_UBYTE)
		return err_set(err, ERR_UNSUPPORTED, "IDX elements of type "
			       "0x%02x are not read, only bytes (0x08)", type);
	if (dims < 1 || dims > IDX_DIMS_MAX)
		return err_set(err, ERR_FORMAT, "IDX file of %u axes", dims);
	idx->dims = dims;
	return read_sizes(idx, &cur, err);
}

int idx_check_pair(const struct idx *images, const struct idx *labels,
		   struct err *err)
{
	if (images->dims != 3)
		return err_set(err, ERR_FORMAT, "IDX images have %u axes "
			       "instead of 3", (unsigned)images->dims);
	if (labels->dims != 1)
		return err_set(err, ERR_FORMAT, "IDX labels have %u axes "
			       "instead of 1", (unsigned)labels->dims);
	for (int i = 1; i < 3; i++)
		if (images->size[i] < 1 || images->size[i] > IDX_SIDE_MAX)
			return err_set(err, ERR_LIMIT, "IDX images of %u x %u "
				       "pixels", (unsigned)images->size[2],
				       (unsigned)images->size[1]);
	if (images->size[0] != labels->size[0])
		return err_set(err, ERR_FORMAT, "%u images but %u labels",
			       (unsigned)images->size[0],
			       (unsigned)labels->size[0]);
	return 0;
}

char *idx_label_path(const char *image_path)
{
	char *path = strdup(image_path), *name, *word, *axes;

	if (!path)
		return NULL;
	name = strrchr(path, '/');
	name = name ? name + 1 : path;
	word = strstr(name, "images");
	axes = strstr(name, "idx3");
	if (!word) {
		free(path);
		return NULL;
	}
	memcpy(word, "labels", 6);
	if (axes)
		axes[3] = '1';
	return path;
}
