#include "quant/recipe.h"

#include <stdlib.h>

#include "graph/graph.h"
#include "quant/correct.h"
#include "quant/equalise.h"
#include "quant/prune.h"

struct quant_recipe quant_recipe_usual(void)
{
	return (struct quant_recipe){
		.calibration = { QUANT_AUTO, QUANT_PERCENTILE_USUAL },
		.correct_bias = true,
	};
}

static int quantise(const struct model *model,
		    const struct quant_recipe *recipe,
		    const struct quant_samples *samples,
		    const struct progress *progress, struct model *out,
		    struct err *err)
{
	struct quant_range *ranges = calloc((size_t)model->tensor_count + 1,
					    sizeof(*ranges));
	struct quant_calibration how = recipe->calibration;
	int ret = ranges ? 0 : err_nomem(err);

	if (recipe->format.has_s16)	/* cutting gains nothing in 16 bits */
		how.method = QUANT_MINMAX;
	if (!ret)
		ret = quant_calibrate(model, samples, &how, progress, ranges,
				      err);
	if (!ret)
		ret = quant_model(model, ranges, &recipe->format, out, err);
	free(ranges);
	if (ret || !recipe->correct_bias)
		return ret;
	ret = quant_correct(model, samples, progress, out, err);
	if (ret)
		model_release(out);
	return ret;
}

int quant_make(const struct model *model, const struct quant_recipe *recipe,
	       const struct quant_samples *samples,
	       const struct progress *progress, struct model *out,
	       struct err *err)
{
	struct model work;
	int ret = model_copy(&work, model, err);

	if (ret)
		return ret;
	ret = graph_simplify(&work, GRAPH_FOR_FILES, NULL, err);
	if (!ret && recipe->prune_percent)
		ret = quant_prune(&work, recipe->prune_percent, samples,
				  progress, err);
	if (!ret && recipe->equalise)
		ret = quant_equalise(&work, samples, progress, NULL, err);
	if (!ret)
		ret = quantise(&work, recipe, samples, progress, out, err);
	model_release(&work);
	return ret;
}
