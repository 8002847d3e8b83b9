#include "kern/x86/x86.h"
#include "plan/plan_priv.h"

struct room {
	int8_t *weights;
	int32_t *bias;
};

/* Packed constants of an operation: those of the machine that runs them, so
 * their size is no matter. */
static int get_room(struct plan *plan, int index, size_t bytes,
		    int32_t channels, struct room *room, struct err *err)
{
	struct plan_op *p = &plan->ops[index];

	p->weights = room->weights = arena_array(&plan->memory, bytes, 1);
	p->bias = room->bias = arena_array(&plan->memory, (size_t)channels, 4);
	if (!p->weights || !p->bias)
		return err_nomem(err);
	p->weights_bytes = (uint32_t)bytes;
	p->bias_count = (uint32_t)channels;
	return 0;
}

static int pack_conv(struct plan *plan, int index, struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	size_t bytes = (size_t)kern_x86_conv_bytes(&k.win);
	struct room room;

	if (!bytes)
		return 0;
	if (get_room(plan, index, bytes, k.win.out.c, &room, err))
		return ERR_MEM;
	kern_x86_conv_pack(&k, room.weights, room.bias);
	plan->ops[index].packing = KERN_PACK_X86_RUNS;
	return 0;
}

static int pack_depthwise(struct plan *plan, int index, struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	size_t bytes = (size_t)kern_x86_depthwise_bytes(&k.win);
	struct room room;

	if (!bytes)
		return 0;
	if (get_room(plan, index, bytes, k.win.out.c, &room, err))
		return ERR_MEM;
	kern_x86_depthwise_pack(&k, room.weights, room.bias);
	plan->ops[index].packing = KERN_PACK_X86_TAPS;
	return 0;
}

static int pack_fc(struct plan *plan, int index, struct err *err)
{
	struct kern_fc_s8 k = plan_fc(plan, index);
	size_t bytes = (size_t)kern_x86_fc_bytes(k.out_depth, k.in_depth);
	struct room room;

	if (!bytes)
		return 0;
	if (get_room(plan, index, bytes, k.out_depth, &room, err))
		return ERR_MEM;
	kern_x86_fc_pack(&k, room.weights, room.bias);
	plan->ops[index].packing = KERN_PACK_X86_RUNS;
	return 0;
}

int plan_pack_x86(struct plan *plan, int index, struct err *err)
{
	if (plan_output(plan, index)->type != KERN_S8)
		return 0;
	switch (plan->model->ops[index].op) {
	case KERN_CONV_2D:
		return pack_conv(plan, index, err);
	case KERN_DEPTHWISE_CONV_2D:
		return pack_depthwise(plan, index, err);
	case KERN_FULLY_CONNECTED:
		return pack_fc(plan, index, err);
	default:
		return 0;
	}
}

uint32_t plan_scratch_x86(const struct plan *plan, int index)
{
	struct kern_conv_s8 conv;
	struct kern_fc_s8 fc;

	if (plan->ops[index].packing == KERN_PACK_X86_TAPS) {
		conv = plan_conv(plan, index);
		return (uint32_t)kern_x86_depthwise_scratch_bytes(&conv);
	}
	if (plan->model->ops[index].op == KERN_CONV_2D) {
		conv = plan_conv(plan, index);
		return (uint32_t)kern_x86_conv_scratch_bytes(&conv);
	}
	fc = plan_fc(plan, index);
	return (uint32_t)kern_x86_fc_scratch_bytes(&fc);
}
