#include "kern/channels.h"
#include "kern/m0/m0.h"
#include "kern/m4/m4.h"
#include "kern/m55/m55.h"
#include "plan/plan_priv.h"

/* How the constants of a kernel set are packed. */
struct packer {
	enum kern_set set;
	enum kern_packing rows, taps;
	bool has_table;		/* kern/channels.h */
	/* bytes of weights; 0 for a depthwise shape that is not taken */
	uint64_t (*rows_bytes)(int32_t rows, int64_t depth);
	uint64_t (*depthwise_bytes)(const struct kern_window *win);
	bool (*conv)(const struct kern_conv_s8 *k,
		     const struct kern_packed *to);
	bool (*depthwise)(const struct kern_conv_s8 *k,
			  const struct kern_packed *to);
	bool (*fc)(const struct kern_fc_s8 *k, const struct kern_packed *to);
	/* where depthwise takes no layer; NULL: nowhere */
	enum kern_packing quads;
	uint64_t (*quads_bytes)(const struct kern_window *win);
	bool (*depthwise_quads)(const struct kern_conv_s8 *k,
				const struct kern_packed *to);
};

static const struct packer packers[] = {
	{ KERN_SET_M4, KERN_PACK_M4_ROWS, KERN_PACK_M4_DW3, true,
	  kern_m4_rows_bytes, kern_m4_depthwise_bytes, kern_m4_conv_s8_pack,
	  kern_m4_depthwise_s8_pack, kern_m4_fc_s8_pack, KERN_PACK_M4_QUADS,
	  kern_m4_depthwise_quads_bytes, kern_m4_depthwise_quads_s8_pack },
	{ KERN_SET_M55, KERN_PACK_M55_ROWS, KERN_PACK_M55_TAPS, false,
	  kern_m55_rows_bytes, kern_m55_depthwise_bytes, kern_m55_conv_s8_pack,
	  kern_m55_depthwise_s8_pack, kern_m55_fc_s8_pack, 0, NULL, NULL },
	{ KERN_SET_M0, KERN_PACK_M0_ROWS, KERN_PACK_M0_TAPS, false,
	  kern_m0_rows_bytes, kern_m0_depthwise_bytes, kern_m0_conv_s8_pack,
	  kern_m0_depthwise_s8_pack, kern_m0_fc_s8_pack, 0, NULL, NULL },
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
	uint64_t bytes;			/* of weights */
	uint32_t channels, growth;
};

static uint64_t constant_bytes(const struct plan *plan, int index)
{
	const struct model_tensor *bias = plan_input(plan, index, 2);

	return model_bytes(plan_input(plan, index, 1)) +
	       (bias ? model_bytes(bias) : 0);
}

static int get_table_room(struct plan *plan, struct packed *room,
			  struct err *err)
{
	room->to.sums = arena_array(&plan->memory, room->channels,
				    sizeof(*room->to.sums));
	room->to.channels = arena_array(&plan->memory, KERN_CHANNELS_WORDS(
		room->channels), 4);
	return room->to.sums && room->to.channels ? 0 : err_nomem(err);
}

/* room->bytes and room->channels are set: what the weights take. */
static int get_room(struct plan *plan, int index, const struct packer *with,
		    struct packed *room, struct err *err)
{
	uint64_t before = constant_bytes(plan, index);
	size_t factors = plan->ops[index].requant_count;
	size_t channels = (size_t)room->channels;
	uint64_t after = room->bytes + (uint64_t)channels * 4;

	if (after > before && after - before > plan->growth_bytes)
		return 0;
	room->growth = (uint32_t)(after > before ? after - before : 0);
	room->to = (struct kern_packed){
		.weights = arena_array(&plan->memory, (size_t)room->bytes, 1),
		.bias = arena_array(&plan->memory, channels, 4),
		.multiplier = arena_array(&plan->memory, factors, 4),
		.shift = arena_array(&plan->memory, factors, 1),
	};
	if (!room->to.weights || !room->to.bias || !room->to.multiplier ||
	    !room->to.shift)
		return err_nomem(err);
	return with->has_table ? get_table_room(plan, room, err) : 0;
}

static void store(struct plan *plan, int index, const struct packed *room,
		  enum kern_packing packing)
{
	struct plan_op *p = &plan->ops[index];

	p->packing = packing;
	plan->growth_bytes -= room->growth;
	p->weights = room->to.weights;
	p->weights_bytes = (uint32_t)room->bytes;
	p->multipliers = room->to.multiplier;
	p->shifts = room->to.shift;
	if (!room->to.channels) {
		p->bias = room->to.bias;
		p->bias_count = room->channels;
		return;
	}
	p->channels = room->to.channels;
	p->channels_bytes = (uint32_t)kern_channels_bytes(
		*room->to.channels, room->channels);
	p->requant_count = 0;
}

static int pack_conv(struct plan *plan, int index, const struct packer *with,
		     struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	const struct kern_window *win = &k.win;
	int64_t depth = (int64_t)win->kernel_h * win->kernel_w * win->in.c;
	struct packed room = { .bytes = with->rows_bytes(win->out.c, depth),
			       .channels = (uint32_t)win->out.c };
	int kind = get_room(plan, index, with, &room, err);

	if (!kind && room.to.weights && with->conv(&k, &room.to))
		store(plan, index, &room, with->rows);
	return kind;
}

static int pack_quads(struct plan *plan, int index, const struct packer *with,
		      struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	struct packed room = { .bytes = with->quads_bytes(&k.win),
			       .channels = (uint32_t)k.win.out.c };
	int kind;

	if (!room.bytes)
		return 0;
	kind = get_room(plan, index, with, &room, err);
	if (!kind && room.to.weights && with->depthwise_quads(&k, &room.to))
		store(plan, index, &room, with->quads);
	return kind;
}

static int pack_depthwise(struct plan *plan, int index,
			  const struct packer *with, struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	struct packed room = { .bytes = with->depthwise_bytes(&k.win),
			       .channels = (uint32_t)k.win.out.c };
	int kind;

	if (!room.bytes)
		return with->quads_bytes ?
			pack_quads(plan, index, with, err) : 0;
	kind = get_room(plan, index, with, &room, err);
	if (!kind && room.to.weights && with->depthwise(&k, &room.to))
		store(plan, index, &room, with->taps);
	return kind;
}

static int pack_fc(struct plan *plan, int index, const struct packer *with,
		   struct err *err)
{
	struct kern_fc_s8 k = plan_fc(plan, index);
	struct packed room = {
		.bytes = with->rows_bytes(k.out_depth, k.in_depth),
		.channels = (uint32_t)k.out_depth,
	};
	int kind = get_room(plan, index, with, &room, err);

	if (!kind && room.to.weights && with->fc(&k, &room.to))
		store(plan, index, &room, with->rows);
	return kind;
}

static bool is_of_board(enum kern_set set)
{
	return set != KERN_SET_HOST && set != KERN_SET_X86;
}

int plan_pack(struct plan *plan, int index, struct err *err)
{
	const struct packer *with = packer_of(plan->set);
	int kind;

	if (plan_output(plan, index)->type != KERN_S8)
		return 0;
	if (is_of_board(plan->set) && plan_pack_s4(plan, index, &kind, err))
		return kind;
	if (!with)
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
