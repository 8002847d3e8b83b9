#include "train/configure.h"

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

struct train_options
train_configure_options(const struct project_train *t)
{
	return (struct train_options){
		.epochs = (int)t->epochs, .batch = (int)t->batch,
		.patience = (int)t->patience, .rate = t->rate,
		.weight_decay = t->weight_decay,
		.label_smoothing = t->label_smoothing,
		.seed = (uint64_t)t->seed };
}
