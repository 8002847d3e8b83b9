/*
 * configure - what train: of tinyml.yaml asks for.
 */
#ifndef TINYML_TRAIN_CONFIGURE_H
#define TINYML_TRAIN_CONFIGURE_H

#include "project/project.h"
#include "train/train.h"

/* train.layers, or train.network when there are none. As layers_make and
 * nets_make. */
int train_configure_net(struct net *net, const struct project *project,
			struct net_shape input, int classes, struct err *err);

/* All but threads and isa. */
struct train_options
train_configure_options(const struct project_train *train);

/*
 * train.class_weights for the classes y of n samples, each class there at
 * least once: (classes) floats that the caller frees, n / (classes * samples
 * of the class) so that their mean over samples is 1; or NULL for none.
 * ERR_MEM.
 */
int train_configure_weights(float **out, const struct project_train *train,
			    const int32_t *y, size_t n, size_t classes,
			    struct err *err);

#endif
