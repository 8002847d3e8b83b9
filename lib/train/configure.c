#include "train/configure.h"

#include <stdlib.h>
#include <string.h>

#include "train/layers.h"
#include "train/nets.h"

int train_configure_net(struct net *net, const struct project *project,
			struct net_shape input, int classes, struct err *err)
{
	const struct project_train *t = &project->train;
	const struct layers_input fed = { input, classes };
	const struct nets_choice choice = {
		.name = t->network, .filters = (int)t->filters,
		.blocks = (int)t->blocks, .alpha = t->alpha,
		.dropout = t->dropout, .input = input, .classes = classes };

	if (t->layers.n > 0)
		return layers_make(net, &t->layers, &fed, project->file, err);
	return nets_make(net, &choice, err);
}

static enum train_schedule schedule_of(const char *name)
{
	static const char *const names[] = {
		[TRAIN_ONE_CYCLE] = "one-cycle", [TRAIN_CONSTANT] = "constant",
		[TRAIN_STEP] = "step", [TRAIN_COSINE] = "cosine" };
	int i = TRAIN_COSINE;

	while (i > 0 && strcmp(name, names[i]) != 0)
		i--;
	return (enum train_schedule)i;
}

struct train_options
train_configure_options(const struct project_train *t)
{
	return (struct train_options){
		.epochs = (int)t->epochs, .batch = (int)t->batch,
		.patience = (int)t->patience,
		.optimiser = strcmp(t->optimiser, "sgd") == 0 ? TRAIN_SGD :
			TRAIN_ADAMW,
		.momentum = t->momentum, .schedule = schedule_of(t->schedule),
		.rate = t->rate, .warm_up = t->warm_up,
		.weight_decay = t->weight_decay, .clip = t->clip,
		.ema = t->ema,
		.label_smoothing = t->label_smoothing,
		.seed = (uint64_t)t->seed };
}

int train_configure_weights(float **out, const struct project_train *train,
			    const int32_t *y, size_t n, size_t classes,
			    struct err *err)
{
	float *weights;

	*out = NULL;
	if (strcmp(train->class_weights, "balanced") != 0)
		return 0;
	*out = weights = calloc(classes + 1, sizeof(*weights));
	if (!weights)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		weights[y[i]]++;
	for (size_t c = 0; c < classes; c++)
		weights[c] = (float)((double)n / (double)classes /
				     (double)weights[c]);
	return 0;
}
