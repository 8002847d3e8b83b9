/*
 * foreign - a model that a program of the user's made, until it is one of ours.
 */
#ifndef TINYML_TRAIN_FOREIGN_H
#define TINYML_TRAIN_FOREIGN_H

#include "features/items.h"
#include "model/model.h"
#include "train/metrics.h"

/* What it must take and give. */
struct foreign_shape {
	size_t input[3];	/* frames, coefficients, channels */
	size_t classes;
	enum kern_type type;	/* of input and output: KERN_F32 or KERN_S8 */
};

/* Read an untrusted .tflite or .onnx (told by its name); the error names it.
 * On failure the model is empty. */
int foreign_load(struct model *model, const void *bytes, size_t n,
		 const char *name, struct err *err);

/* One input and one output of this type and shape? Axes of size 1 may be
 * missing or added, or all be one.  ERR_FORMAT. */
int foreign_check(const struct model *model, const char *name,
		  const struct foreign_shape *shape, struct err *err);

/* Load, check, and spell paddings as .tflite can.  An image of several channels
 * may come in as N C H W when it is turned first, as ONNX files do. */
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
