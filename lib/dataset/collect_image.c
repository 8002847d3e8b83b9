#include "dataset/collect_priv.h"

int prepare_image(const struct collect_job *job, struct source_file *file)
{
	const struct project_collect *collect = job->collect;
	const struct picture want = { (uint32_t)collect->height,
				      (uint32_t)collect->width,
				      (uint32_t)collect->channels, NULL };

	if (want.channels != 1 && want.channels != 3)
		return err_set(&file->why, ERR_FORMAT, "collect.channels is "
			       "%u; pictures have 1 (grey) or 3 (colour)",
			       want.channels);
	if (!want.height != !want.width)
		return err_set(&file->why, ERR_FORMAT, "collect.width and "
			       "collect.height go together");
	return picture_read(&file->picture, file->bytes, file->n, &want,
			    &file->why);
}

int add_image(struct collector *c, struct source_file *file)
{
	const struct picture *p = &file->picture;
	const struct dataset_recording r = {
		.name = file->name, .kind = DATASET_IMAGE, .type = DATASET_U8,
		.frames = p->height, .width = p->width,
		.channels = p->channels, .bytes = p->pixels,
		.n = (size_t)p->height * p->width * p->channels,
		.source = file->digest
	};

	return dataset_add_recording(c->builder, &r, NULL, file->pack,
				     &file->why);
}
