#include "kern/m4/m4.h"
#include "plan/plan_priv.h"

/* Room for an operation's packed constants; none when they would grow too
 * much. */
struct packed {
	struct kern_m4_packed to;
	uint32_t bytes, channels, growth;
};

static uint64_t constant_bytes(const struct plan *plan, int index)
{
	const struct model_tensor *bias = plan_input(plan, index, 2);

	return model_bytes(plan_input(plan, index, 1)) +
	       (bias ? model_bytes(bias) : 0);
}

static int get_room(struct plan *plan, int index, uint64_t bytes,
		    int32_t channels, struct packed *room, struct err *err)
{
	uint64_t before = constant_bytes(plan, index);
	size_t factors = plan->ops[index].requant_count;
	uint64_t after = bytes + (uint64_t)channels * 4;

	*room = (struct packed){ .channels = (uint32_t)channels };
	if (after > before && after - before > plan->growth_bytes)
		return 0;
	room->growth = (uint32_t)(after > before ? after - before : 0);
	room->bytes = (uint32_t)bytes;
	room->to = (struct kern_m4_packed){
		arena_array(&plan->memory, (size_t)bytes, 1),
		arena_array(&plan->memory, (size_t)channels, 4),
		arena_array(&plan->memory, factors, 4),
		arena_array(&plan->memory, factors, 1),
	};
	return room->to.weights && room->to.bias && room->to.multiplier &&
	       room->to.shift ? 0 : err_nomem(err);
}

static void store(struct plan *plan, int index, const struct packed *room,
		  enum kern_packing packing)
{
	struct plan_op *p = &plan->ops[index];

	p->packing = packing;
	plan->growth_bytes -= room->growth;
	p->weights = room->to.weights;
	p->weights_bytes = room->bytes;
	p->bias = room->to.bias;
	p->multipliers = room->to.multiplier;
	p->shifts = room->to.shift;
	p->bias_count = room->channels;
}

static int pack_conv(struct plan *plan, int index, struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	const struct kern_window *win = &k.win;
	int64_t depth = (int64_t)win->kernel_h * win->kernel_w * win->in.c;
	struct packed room;
	int kind = get_room(plan, index, kern_m4_rows_bytes(win->out.c, depth),
			    win->out.c, &room, err);

	if (!kind && room.to.weights &&
	    kern_m4_conv_s8_pack(&k, &room.to))
		store(plan, index, &room, KERN_PACK_M4_ROWS);
	return kind;
}

static int pack_depthwise(struct plan *plan, int index, struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	struct packed room;
	int kind;

	if (!kern_m4_depthwise_s8_takes(&k.win))
		return 0;
	kind = get_room(plan, index, kern_m4_depthwise_bytes(k.win.out.c),
			k.win.out.c, &room, err);
	if (!kind && room.to.weights &&
	    kern_m4_depthwise_s8_pack(&k, &room.to))
		store(plan, index, &room, KERN_PACK_M4_DW3);
	return kind;
}

static int pack_fc(struct plan *plan, int index, struct err *err)
{
	struct kern_fc_s8 k = plan_fc(plan, index);
	struct packed room;
	int kind = get_room(plan, index,
			    kern_m4_rows_bytes(k.out_depth, k.in_depth),
			    k.out_depth, &room, err);

	if (!kind && room.to.weights &&
	    kern_m4_fc_s8_pack(&k, &room.to))
		store(plan, index, &room, KERN_PACK_M4_ROWS);
	return kind;
}

int plan_pack_m4(struct plan *plan, int index, struct err *err)
{
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
