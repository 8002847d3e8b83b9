#include "plan/exec.h"

#include <stdlib.h>

static int open_run(struct exec *x, enum kern_set set, struct err *err)
{
	const struct run_set *kernels = set == KERN_SET_HOST ? &run_host
							      : &run_ref;
	size_t room = x->plan.arena_bytes + RUN_ARENA_ALIGN;
	int ret;

	x->arena = aligned_alloc(RUN_ARENA_ALIGN, room - room %
				 RUN_ARENA_ALIGN + RUN_ARENA_ALIGN);
	if (!x->arena)
		return err_nomem(err);
	ret = run_open(&x->run, kernels, x->image.data, x->image.len, x->arena,
		       x->plan.arena_bytes);
	return ret ? err_set(err, ret, "the planned model is refused by its "
			     "own runtime: %s", err_kind_text(ret)) : 0;
}

int exec_open(struct exec *x, const struct model *model, enum kern_set set,
	      struct err *err)
{
	int ret;

	*x = (struct exec){ 0 };
	ret = plan_init(&x->plan, model, set, err);
	if (!ret)
		ret = plan_emit_image(&x->plan, NULL, &x->image, err);
	return ret ? ret : open_run(x, set, err);
}

void exec_close(struct exec *x)
{
	plan_release(&x->plan);
	buf_release(&x->image);
	free(x->arena);
	*x = (struct exec){ 0 };
}
