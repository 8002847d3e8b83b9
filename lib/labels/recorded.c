#include "labels/recorded.h"

int recorded_open(struct recorded *recorded, struct stage *stage,
		  struct artifact *labels_tar, struct err *err)
{
	int ret;

	*recorded = (struct recorded){ .labels_tar = labels_tar };
	ret = stage_upstream(stage, labels_tar, STAGE_COLLECT,
			     &recorded->dataset_tar, err);
	if (!ret)
		ret = dataset_read(&recorded->dataset, recorded->dataset_tar,
				   err);
	if (!ret)
		ret = labels_read(&recorded->labels, labels_tar,
				  &recorded->dataset, err);
	return ret;
}

int recorded_open_behind(struct recorded *recorded, struct stage *stage,
			 const struct artifact *model_tar, struct err *err)
{
	struct artifact *labels_tar = NULL;
	int ret = stage_upstream(stage, model_tar, STAGE_LABEL, &labels_tar,
				 err);

	*recorded = (struct recorded){ 0 };
	return ret ? ret : recorded_open(recorded, stage, labels_tar, err);
}

void recorded_close(struct recorded *recorded)
{
	labels_release(&recorded->labels);
	dataset_release(&recorded->dataset);
	artifact_close(recorded->dataset_tar);
	artifact_close(recorded->labels_tar);
	*recorded = (struct recorded){ 0 };
}
