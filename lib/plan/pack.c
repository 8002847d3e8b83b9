#include "kern/channels.h"
#include "kern/m0/m0.h"
#include "kern/m4/m4.h"
#include "kern/m55/m55.h"
#include "kern/s4.h"
#include "kern/x86/x86.h"
#include "plan/plan_priv.h"

/* How a kernel set packs the constants of convolutions: the first row for a
 * set and an operation whose bytes of weights are not 0. */
static const struct conv_packer {
	enum kern_set set;
	enum kern_op op;
	enum kern_packing packing;
	uint64_t (*bytes)(const struct kern_window *win);
	bool (*pack)(const struct kern_conv_s8 *k,
		     const struct kern_packed *to);
	size_t (*scratch_bytes)(const struct kern_conv_s8 *k);
} conv_packers[] = {
	{ KERN_SET_M4, KERN_CONV_2D, KERN_PACK_M4_ROWS,
	  kern_m4_conv_bytes, kern_m4_conv_s8_pack,
	  kern_m4_conv_s8_scratch_bytes },
	{ KERN_SET_M4, KERN_DEPTHWISE_CONV_2D, KERN_PACK_M4_DW3,
	  kern_m4_depthwise_bytes, kern_m4_depthwise_s8_pack,
	  kern_m4_depthwise_s8_scratch_bytes },
	{ KERN_SET_M4, KERN_DEPTHWISE_CONV_2D, KERN_PACK_M4_QUADS,
	  kern_m4_depthwise_quads_bytes, kern_m4_depthwise_quads_s8_pack,
	  kern_m4_depthwise_quads_s8_scratch_bytes },
	{ KERN_SET_M55, KERN_CONV_2D, KERN_PACK_M55_ROWS,
	  kern_m55_conv_bytes, kern_m55_conv_s8_pack,
	  kern_m55_conv_s8_scratch_bytes },
	{ KERN_SET_M55, KERN_DEPTHWISE_CONV_2D, KERN_PACK_M55_TAPS,
	  kern_m55_depthwise_bytes, kern_m55_depthwise_s8_pack,
	  kern_m55_depthwise_s8_scratch_bytes },
	{ KERN_SET_M0, KERN_CONV_2D, KERN_PACK_M0_ROWS,
	  kern_m0_conv_bytes, kern_m0_conv_s8_pack,
	  kern_m0_conv_s8_scratch_bytes },
	{ KERN_SET_M0, KERN_DEPTHWISE_CONV_2D, KERN_PACK_M0_TAPS,
	  kern_m0_depthwise_bytes, kern_m0_depthwise_s8_pack,
	  kern_m0_depthwise_s8_scratch_bytes },
	{ KERN_SET_X86, KERN_CONV_2D, KERN_PACK_X86_RUNS,
	  kern_x86_conv_bytes, kern_x86_conv_pack,
	  kern_x86_conv_scratch_bytes },
	{ KERN_SET_X86, KERN_DEPTHWISE_CONV_2D, KERN_PACK_X86_TAPS,
	  kern_x86_depthwise_bytes, kern_x86_depthwise_pack,
	  kern_x86_depthwise_scratch_bytes },
};

/* And those of fully connected layers. */
static const struct fc_packer {
	enum kern_set set;
	enum kern_packing packing;
	uint64_t (*bytes)(int32_t rows, int64_t depth);
	bool (*pack)(const struct kern_fc_s8 *k, const struct kern_packed *to);
	size_t (*scratch_bytes)(const struct kern_fc_s8 *k);	/* or NULL */
} fc_packers[] = {
	{ KERN_SET_M4, KERN_PACK_M4_ROWS, kern_m4_rows_bytes,
	  kern_m4_fc_s8_pack, NULL },
	{ KERN_SET_M55, KERN_PACK_M55_ROWS, kern_m55_rows_bytes,
	  kern_m55_fc_s8_pack, NULL },
	{ KERN_SET_M0, KERN_PACK_M0_ROWS, kern_m0_rows_bytes,
	  kern_m0_fc_s8_pack, NULL },
	{ KERN_SET_X86, KERN_PACK_X86_RUNS, kern_x86_fc_bytes,
	  kern_x86_fc_pack, kern_x86_fc_scratch_bytes },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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
static int get_room(struct plan *plan, int index, struct packed *room,
		    struct err *err)
{
	uint64_t before = constant_bytes(plan, index);
	size_t factors = plan->ops[index].requant_count;
	size_t channels = (size_t)room->channels;
	uint64_t after = room->bytes + (uint64_t)channels * 4;
	/* constants that stay in this process may grow */
	uint64_t growth = after > before && plan->set != KERN_SET_X86 ?
		after - before : 0;

	if (growth > plan->growth_bytes)
		return 0;
	room->growth = (uint32_t)growth;
	room->to = (struct kern_packed){
		.weights = arena_array(&plan->memory, (size_t)room->bytes, 1),
		.bias = arena_array(&plan->memory, channels, 4),
		.multiplier = arena_array(&plan->memory, factors, 4),
		.shift = arena_array(&plan->memory, factors, 1),
	};
	if (!room->to.weights || !room->to.bias || !room->to.multiplier ||
	    !room->to.shift)
		return err_nomem(err);
	return plan->set == KERN_SET_M4 ? get_table_room(plan, room, err) : 0;
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

static int pack_conv(struct plan *plan, int index,
		     const struct conv_packer *with, struct err *err)
{
	struct kern_conv_s8 k = plan_conv(plan, index);
	struct packed room = { .bytes = with->bytes(&k.win),
			       .channels = (uint32_t)k.win.out.c };
	int kind = get_room(plan, index, &room, err);

	if (!kind && room.to.weights && with->pack(&k, &room.to))
		store(plan, index, &room, with->packing);
	return kind;
}

static int pack_fc(struct plan *plan, int index, const struct fc_packer *with,
		   struct err *err)
{
	struct kern_fc_s8 k = plan_fc(plan, index);
	struct packed room = { .bytes = with->bytes(k.out_depth, k.in_depth),
			       .channels = (uint32_t)k.out_depth };
	int kind;

	if (!room.bytes)
		return 0;
	kind = get_room(plan, index, &room, err);
	if (!kind && room.to.weights && with->pack(&k, &room.to))
		store(plan, index, &room, with->packing);
	return kind;
}

/* The first that takes the operation's shape, or NULL. */
static const struct conv_packer *conv_packer(const struct plan *plan, int index)
{
	enum kern_op op = plan->model->ops[index].op;
	struct kern_window win = plan_window(plan, index);

	for (size_t i = 0; i < COUNT(conv_packers); i++)
		if (conv_packers[i].set == plan->set &&
		    conv_packers[i].op == op && conv_packers[i].bytes(&win))
			return &conv_packers[i];
	return NULL;
}

static const struct fc_packer *fc_packer(const struct plan *plan)
{
	for (size_t i = 0; i < COUNT(fc_packers); i++)
		if (fc_packers[i].set == plan->set)
			return &fc_packers[i];
	return NULL;
}

static bool is_of_board(enum kern_set set)
{
	return set != KERN_SET_HOST && set != KERN_SET_X86;
}

static bool is_conv(const struct plan *plan, int index)
{
	enum kern_op op = plan->model->ops[index].op;

	return op == KERN_CONV_2D || op == KERN_DEPTHWISE_CONV_2D;
}

int plan_pack(struct plan *plan, int index, struct err *err)
{
	const struct conv_packer *conv;
	const struct fc_packer *fc;
	int kind;

	if (plan_output(plan, index)->type != KERN_S8)
		return 0;
	if (is_of_board(plan->set) && plan_pack_s4(plan, index, &kind, err))
		return kind;
	if (is_conv(plan, index)) {
		conv = conv_packer(plan, index);
		return conv ? pack_conv(plan, index, conv, err) : 0;
	}
	if (plan->model->ops[index].op != KERN_FULLY_CONNECTED)
		return 0;
	fc = fc_packer(plan);
	return fc ? pack_fc(plan, index, fc, err) : 0;
}

/* ---- scratch ------------------------------------------------------------- */

static size_t conv_scratch(const struct plan *plan, int index)
{
	enum kern_op op = plan->model->ops[index].op;
	enum kern_packing packing = plan->ops[index].packing;
	struct kern_conv_s8 k = plan_conv(plan, index);

	for (size_t i = 0; i < COUNT(conv_packers); i++)
		if (conv_packers[i].packing == packing &&
		    conv_packers[i].op == op)
			return conv_packers[i].scratch_bytes(&k);
	return packing == KERN_PACK_S4 ? kern_conv_s4_scratch_bytes(&k) :
	       op == KERN_CONV_2D ? kern_conv_s8_scratch_bytes(&k) :
	       kern_depthwise_s8_scratch_bytes(&k);
}

static size_t fc_scratch(const struct plan *plan, int index)
{
	enum kern_packing packing = plan->ops[index].packing;
	struct kern_fc_s8 k = plan_fc(plan, index);

	for (size_t i = 0; i < COUNT(fc_packers); i++)
		if (fc_packers[i].packing == packing)
			return fc_packers[i].scratch_bytes ?
				fc_packers[i].scratch_bytes(&k) : 0;
	return packing == KERN_PACK_S4 ? kern_fc_s4_scratch_bytes(&k) :
	       kern_fc_s8_scratch_bytes(&k);
}

uint32_t plan_scratch_bytes(const struct plan *plan, int index)
{
	if (plan_output(plan, index)->type != KERN_S8)
		return 0;
	if (is_conv(plan, index))
		return (uint32_t)conv_scratch(plan, index);
	if (plan->model->ops[index].op == KERN_FULLY_CONNECTED)
		return (uint32_t)fc_scratch(plan, index);
	return 0;
}
