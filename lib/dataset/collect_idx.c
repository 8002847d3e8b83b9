#include <stdio.h>
#include <stdlib.h>

#include "dataset/collect_priv.h"
#include "dataset/idx.h"

static int add_images(struct collector *c, struct source_file *file,
		      const struct idx *images, const struct idx *labels)
{
	char name[DATASET_NAME_MAX + 1];
	struct dataset_recording r = {
		.name = name, .kind = DATASET_IMAGE, .type = DATASET_U8,
		.frames = images->size[1], .width = images->size[2],
		.channels = 1, .n = (size_t)images->size[1] * images->size[2],
		.source = file->digest
	};
	int ret = 0;

	for (uint32_t i = 0; i < images->size[0] && !ret; i++) {
		int n = snprintf(name, sizeof(name), "%s/%u/%06u", file->name,
				 labels->data[i], (unsigned)i);

		if (n >= (int)sizeof(name))
			return err_set(&file->why, ERR_LIMIT,
				       "name is too long");
		r.bytes = images->data + i * r.n;
		ret = dataset_add_recording(c->builder, &r, NULL, file->number,
					    &file->why);
	}
	return ret;
}

int add_idx(struct collector *c, struct source_file *file)
{
	char *path = file->path ? idx_label_path(file->path) : NULL;
	struct buf bytes = BUF_INIT;
	struct idx images, labels;
	struct err *err = &file->why;
	int ret = idx_parse(&images, file->bytes, file->n, err);

	if (!ret && !path)
		ret = err_set(err, ERR_FORMAT,
			      "no 'images' in the name, so where the labels "
			      "lie is not known");
	if (!ret)
		ret = source_read(path, &bytes, NULL, err);
	if (!ret)
		ret = idx_parse(&labels, bytes.data, bytes.len, err);
	if (!ret)
		ret = idx_check_pair(&images, &labels, err);
	if (!ret)
		ret = add_images(c, file, &images, &labels);
	/* the walk took the labels for a file of another kind */
	if (!ret && c->summary->ignored)
		c->summary->ignored--;
	buf_release(&bytes);
	free(path);
	return ret;
}
