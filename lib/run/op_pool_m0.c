#include "kern/m0/m0.h"
#include "run/op.h"
#include "run/rows.h"

int run_average_pool_m0_check(const struct run_step *step)
{
	return run_average_pool_s8_check(step);
}

void run_average_pool_m0_call(const struct run_step *step)
{
	struct kern_pool_s8 k;

	if (!step_pool(step, &k))
		kern_m0_average_pool_s8(&k, step_data(step, &step->in[0]),
					step_data(step, &step->out));
}
