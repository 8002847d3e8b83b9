#include "kern/m4/m4.h"
#include "kern/m55/m55.h"
#include "plan/plan_priv.h"

/* How the constants of a kernel set are packed. */
struct packer {
	enum kern_set set;
	enum kern_packing rows, taps;
	/* bytes of weights; 0 for a depthwise shape that is not taken */
	uint64_t (*rows_bytes)(int32_t rows, int64_t depth);
	uint64_t (*depthwise_bytes)(const struct kern_window *win);
	bool (*conv)(const struct kern_conv_s8 *k,
		     const struct kern_packed *to);
	bool (*depthwise)(const struct kern_conv_s8 *k,
			  const struct kern_packed *to);
	bool (*fc)(const struct kern_fc_s8 *k, const struct kern_packed *to);
};

static uint64_t m4_depthwise_bytes(const struct kern_window *win)
{
	return kern_m4_depthwise_s8_takes(win) ?
		kern_m4_depthwise_bytes(win->out.c) : 0;
}

static uint64_t m55_depthwise_bytes(const struct kern_window *win)
{
	return kern_m55_depthwise_s8_takes(win) ?
		kern_m55_depthwise_bytes(win->out.c) : 0;
}

static const struct packer packers[] = {
	{ KERN_SET_M4, KERN_PACK_M4_ROWS, KERN_PACK_M4_DW3,
	  kern_m4_rows_bytes, m4_depthwise_bytes, kern_m4_conv_s8_pack,
	  kern_m4_depthwise_s8_pack, kern_m4_fc_s8_pack },
	{ KERN_SET_M55, KERN_PACK_M55_ROWS, KERN_PACK_M55_DW3,
	  kern_m55_rows_bytes, m55_depthwise_bytes, kern_m55_conv_s8_pack,
	  kern_m55_depthwise_s8_pack, kern_m55_fc_s8_pack },
};

static const struct packer *packer_of(enum kern_set set)
{
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (packers[i].set == set)
			return &packers[i];
	return NULL;
}

/* Room for an operation's packed constants; none when they would grow too
 * much. */
struct packed {
	struct kern_packed to;
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
	room->to = (struct kern_packed){
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

static int pack_conv(struct plan *plan, int index, const struct packer *with,
		     struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	const struct kern_window *win = &k.win;
	int64_t depth = (int64_t)win->kernel_h * win->kernel_w * win->in.c;
	struct packed room;
	int kind = get_room(plan, index, with->rows_bytes(win->out.c, depth),
			    win->out.c, &room, err);

	if (!kind && room.to.weights && with->conv(&k, &room.to))
		store(plan, index, &room, with->rows);
	return kind;
}

static int pack_depthwise(struct plan *plan, int index,
			  const struct packer *with, struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	uint64_t bytes = with->depthwise_bytes(&k.win);
	struct packed room;
	int kind;

	if (!bytes)
		return 0;
	kind = get_room(plan, index, bytes, k.win.out.c, &room, err);
	if (!kind && room.to.weights && with->depthwise(&k, &room.to))
		store(plan, index, &room, with->taps);
	return kind;
}

static int pack_fc(struct plan *plan, int index, const struct packer *with,
		   struct err *err)
{
	struct kern_fc_s8 k = plan_fc(plan, index);
	struct packed room;
	int kind = get_room(plan, index,
			    with->rows_bytes(k.out_depth, k.in_depth),
			    k.out_depth, &room, err);

	if (!kind && room.to.weights && with->fc(&k, &room.to))
		store(plan, index, &room, with->rows);
	return kind;
}

int plan_pack(struct plan *plan, int index, struct err *err)
{
	const struct packer *with = packer_of(plan->set);

	if (!with || plan_output(plan, index)->type != KERN_S8)
		return 0;
	switch (plan->model->ops[index].op) {
	case KERN_CONV_2D:
		return pack_conv(plan, index, with, err);
	case KERN_DEPTHWISE_CONV_2D:
		return pack_depthwise(plan, index, with, err);
	case KERN_FULLY_CONNECTED:
		return pack_fc(plan, index, with, err);
	default:
		return 0;
	}
}
