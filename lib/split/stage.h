/*
 * stage - the split stage: squeezed.tar in, split.tar out.
 *
 * The payload of split.tar (stage "split"):
 *
 *     split.json        the decision and every cut it was compared with
 *     explanation.txt   the same in words
 *     features.bin  features.yaml  classes.txt   as in squeezed.tar
 *     golden.bin        inputs and outputs of the whole model
 *     golden.pcm        the sounds they come from
 *     NODE/part.tflite  what the node runs; absent when it runs nothing
 *     NODE/plan.txt     boards only
 *     NODE/model.img    boards only: the part's image (unsigned), with the
 *                       recipe when it begins with the model's input, labels
 *                       when it gives the answer, and golden vectors
 *     NODE/golden.bin   boards only: the part's inputs and outputs
 *
 * A node is a name of boards: in tinyml.yaml, or "host".
 */
#ifndef TINYML_SPLIT_STAGE_H
#define TINYML_SPLIT_STAGE_H

#include "project/stage.h"
#include "split/split.h"

enum { SPLIT_FORMAT = 1 };

/* operand: the squeezed artifact (NULL: the project's). explanation gets the
 * words. Errors of split_solve and split_prove; ERR_MISSING for a node that
 * is no board; nothing is written then. */
int split_stage(struct stage *stage, const char *operand,
		struct buf *explanation, struct err *err);

#endif
