#include "kern/m55/m55.h"
#include "run/op.h"
#include "run/rows.h"

int run_add_m55_check(const struct run_step *step)
{
	return run_add_s8_check(step);
}

void run_add_m55_call(const struct run_step *step)
{
	struct kern_add_s8 k;

	if (!step_add(step, &k))
		kern_m55_add_s8(&k, step_data(step, &step->in[0]),
			       step_data(step, &step->in[1]),
			       step_data(step, &step->out));
}
