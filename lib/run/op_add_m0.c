#include "kern/m0/m0.h"
#include "run/op.h"
#include "run/rows.h"

int run_add_m0_check(const struct run_step *step)
{
	return run_add_s8_check(step);
}

void run_add_m0_call(const struct run_step *step)
{
	struct kern_add_s8 k;

	if (!step_add(step, &k))
		kern_m0_add_s8(&k, step_data(step, &step->in[0]),
			       step_data(step, &step->in[1]),
			       step_data(step, &step->out));
}
