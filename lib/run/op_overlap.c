#include "run/op.h"

struct kern_overlap run_overlap(unsigned op, unsigned packing, unsigned type,
				const struct kern_window *win)
{
	size_t bytes = kern_type_bytes(type);

	if (type != KERN_S8 && type != KERN_F32)
		return (struct kern_overlap){ 0, 0 };
	if (op == KERN_CONV_2D && packing == KERN_PACK_REF)
		return kern_conv_overlap(win, bytes);
	if (op == KERN_DEPTHWISE_CONV_2D && packing == KERN_PACK_REF)
		return kern_depthwise_overlap(win, bytes);
	if (op == KERN_CONV_2D && packing == KERN_PACK_M4_ROWS)
		return kern_m4_conv_overlap(win);
	if (op == KERN_DEPTHWISE_CONV_2D && packing == KERN_PACK_M4_DW3)
		return kern_m4_depthwise_overlap(win);
	if (op == KERN_DEPTHWISE_CONV_2D && packing == KERN_PACK_M4_QUADS)
		return kern_depthwise_overlap(win, bytes);
	if (op == KERN_CONV_2D && packing == KERN_PACK_M55_ROWS)
		return kern_m55_conv_overlap(win);
	if (op == KERN_DEPTHWISE_CONV_2D && packing == KERN_PACK_M55_TAPS)
		return kern_m55_depthwise_overlap(win);
	if (op == KERN_CONV_2D && packing == KERN_PACK_M0_ROWS)
		return kern_m0_conv_overlap(win);
	if (op == KERN_DEPTHWISE_CONV_2D && packing == KERN_PACK_M0_TAPS)
		return kern_m0_depthwise_overlap(win);
	return (struct kern_overlap){ 0, 0 };
}

bool step_may_overlap(const struct run_step *step)
{
	struct model_image_conv p;
	struct kern_window win;
	unsigned op = step->op.op;

	if ((op != KERN_CONV_2D && op != KERN_DEPTHWISE_CONV_2D) ||
	    model_image_params(&step->run->image, &step->op, &p, sizeof(p)))
		return false;
	win = step_block_window(&p);
	if (step_window(step, &win))
		return false;
	return kern_overlap_holds(run_overlap(op, step->op.kernel,
					      step->out.type, &win),
				  step->out.offset, step->in[0].offset);
}
