/*
 * foreign - a model that a program of the user's made, until it is one of ours.
 */
#ifndef TINYML_TRAIN_FOREIGN_PRIV_H
#define TINYML_TRAIN_FOREIGN_PRIV_H

#include "features/items.h"
#include "model/model.h"
#include "train/metrics.h"

/* What it must take and give. */
struct foreign_shape {
	size_t input[3];	/* frames, coefficients, channels */
	size_t classes;
};

/*
 * Read an untrusted .tflite or .onnx (by its name) and check that it leads from
 * one float32 input of this shape (axes of size 1 may be missing or added, or
 * all be one) to one float32 output of so many classes.  Paddings are spelled
 * as .tflite can.  On failure the model is empty.
 */
int foreign_read(struct model *model, const void *bytes, size_t n,
		 const char *name, const struct foreign_shape *shape,
		 struct err *err);

/* Put a softmax behind it unless its answers to all items are probabilities.
 * ERR_RANGE for one that is not finite. */
int foreign_finish(struct model *model, const struct features_items *items,
		   size_t classes, struct err *err);

/* Count its answers to the items. */
int foreign_measure(const struct model *model,
		    const struct features_items *items,
		    struct train_metrics *metrics, struct err *err);

/* Numbers in its constants. */
size_t foreign_parameters(const struct model *model);

#endif
