#include <criterion/criterion.h>

#include "sample_model.h"
#include "squeeze/estimate.h"

static uint64_t estimated(enum kern_set set)
{
	struct plan plan;
	struct model m;
	uint64_t n;

	sample_model(&m, KERN_S8);
	cr_assert_eq(plan_init(&plan, &m, set, NULL), 0);
	n = estimate_instructions(&plan);
	plan_release(&plan);
	model_release(&m);
	return n;
}

Test(estimate, faster_kernels_take_fewer_instructions)
{
	uint64_t ref = estimated(KERN_SET_REF), m4 = estimated(KERN_SET_M4);

	cr_assert_gt(ref, 0);
	cr_assert_lt(m4, ref);
}
