#include "split/chain.h"

#include <string.h>

#include "model/cut.h"

int chain_part_open(struct chain_part *part, const struct model *model,
		    int first, int end, struct err *err)
{
	struct model cut;
	int ret;

	*part = (struct chain_part){ .is_empty = true };
	if (first == end)
		return 0;
	ret = model_cut(&cut, model, first, end, err);
	if (ret)
		return ret;
	ret = plan_runner_open_model(&part->runner, &cut, err);
	part->is_empty = ret != 0;
	model_release(&cut);
	return ret;
}

void chain_part_close(struct chain_part *part)
{
	if (!part->is_empty)
		plan_runner_close(&part->runner);
	*part = (struct chain_part){ .is_empty = true };
}

void chain_part_run(struct chain_part *part, const uint8_t *in, size_t n,
		    uint8_t *out)
{
	if (part->is_empty)
		memcpy(out, in, n);
	else
		plan_runner_infer(&part->runner, in, out);
}
