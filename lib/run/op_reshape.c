#include "bits/err.h"
#include "run/op.h"
#include "run/rows.h"

int run_reshape_check(const struct run_step *step)
{
	if (step->op.params_bytes)
		return ERR_FORMAT;
	return step->in[0].bytes == step->out.bytes ? 0 : ERR_RANGE;
}

void run_reshape_call(const struct run_step *step)
{
	if (!run_reshape_check(step))
		kern_reshape(step->out.bytes, step_data(step, &step->in[0]),
			     step_data(step, &step->out));
}
