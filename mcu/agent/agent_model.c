#include <string.h>

#include "agent/handler.h"

enum { PIECE_MAX = 1536, PROFILE_OPS = 256 };

/* ---- info ---- */

static void describe_board(const struct agent *agent, struct wire_info *info)
{
	const struct hal *hal = agent->hal;

	*info = (struct wire_info){
		.board = wire_text(hal->info.board),
		.core = wire_text(hal->info.core),
		.ram = hal->info.ram_bytes, .flash = hal->info.flash_bytes,
		.arena = RT_ARENA_BYTES, .slots = SLOT_COUNT,
		.slot_bytes = hal->layout.slot_bytes,
		.page = hal->flash.sector_bytes,
		.kernels = wire_text(rt_kernels), .runtime = RUN_VERSION,
		.floor = agent->slots.minimum_counter, .slot = WIRE_NONE,
	};
}

static void describe_model(const struct agent *agent, struct wire_info *info,
			   char *version)
{
	const struct mcuboot_image *image = &agent->image;
	const struct rt_model *model = &agent->rt->model;
	const struct slots_state *slots = &agent->slots;

	info->identity = (struct wire_bytes){ image->identity,
					      MCUBOOT_IDENTITY_BYTES };
	info->name = wire_text(model_image_info(&model->run.image, "name"));
	info->version = agent_version(&image->version, version);
	info->counter = image->counter;
	info->slot = slots->running;
	info->trial = slots->running == slots->trial;
	info->confirmed = slots->running == slots->active && slots->confirmed;
	info->pcm = model->pcm_bytes / 2;
	info->rate_hz = model->has_recipe ? model->recipe.rate_hz : 0;
	info->input = model->input_bytes;
	info->output = model->output_bytes;
}

unsigned agent_model_info(struct agent *agent, const struct smp_packet *packet,
			  struct cbor_out *out)
{
	char version[AGENT_VERSION_BYTES];
	struct wire_info info;

	(void)packet;
	describe_board(agent, &info);
	if (agent->rt->is_open)
		describe_model(agent, &info, version);
	wire_encode_info(out, &info);
	return SMP_OK;
}

/* ---- input, run, result ---- */

unsigned agent_model_input(struct agent *agent, const struct smp_packet *packet,
			   struct cbor_out *out)
{
	struct agent_input *input = &agent->input;
	struct wire_input request;
	struct wire_offset answer;
	uint32_t room;

	if (wire_decode_input(packet, &request))
		return SMP_INVAL;
	if (!agent->rt->is_open)
		return SMP_RC_NO_MODEL;
	room = rt_input_bytes(agent->rt, request.kind);
	if (room == 0)
		return SMP_NOTSUP;
	if (request.off == 0) {
		if (request.len == 0 || request.len > room ||
		    (request.kind == WIRE_TENSOR && request.len != room))
			return SMP_RC_NOFIT;
		*input = (struct agent_input){ request.kind, 0, request.len };
	}
	if (request.off == input->off && request.kind == input->kind) {
		if (request.data.n > input->len - input->off)
			return SMP_INVAL;
		memcpy(agent->rt->input + input->off, request.data.p,
		       request.data.n);
		input->off += (uint32_t)request.data.n;
	}
	answer.off = input->off;
	wire_encode_offset(out, &answer);
	return SMP_OK;
}

static bool has_input(const struct agent_input *input)
{
	return input->len != 0 && input->off == input->len;
}

unsigned agent_model_run(struct agent *agent, const struct smp_packet *packet,
			 struct cbor_out *out)
{
	const struct hal *hal = agent->hal;
	const struct agent_input *input = &agent->input;
	struct wire_ran ran = { 0 };
	uint32_t start_us;
	int err;

	(void)packet;
	if (!agent->rt->is_open)
		return SMP_RC_NO_MODEL;
	if (!has_input(input))
		return SMP_BADSTATE;
	start_us = hal->now_us(hal->ctx);
	err = rt_run(agent->rt, input->kind, input->len);
	ran.us = hal->now_us(hal->ctx) - start_us;
	agent->runs++;
	if (err && err != ERR_DEVICE)
		return agent_rc(err);
	ran.guard = agent->rt->guard_broken;
	ran.output = agent->rt->model.output_bytes;
	ran.top = rt_top(agent->rt);
	if (ran.top != WIRE_NONE)
		ran.label = wire_text(model_image_label(
			&agent->rt->model.run.image, ran.top));
	wire_encode_ran(out, &ran);
	return SMP_OK;
}

static void put_piece(struct cbor_out *out, uint32_t off, uint32_t len,
		      const uint8_t *bytes, size_t n)
{
	const struct wire_piece piece = { off, len, { bytes, n } };

	wire_encode_piece(out, &piece);
}

unsigned agent_model_result(struct agent *agent,
			    const struct smp_packet *packet,
			    struct cbor_out *out)
{
	struct wire_result_query query;
	uint8_t bytes[PIECE_MAX];
	uint32_t len;
	size_t n;

	if (wire_decode_result_query(packet, &query))
		return SMP_INVAL;
	if (!agent->rt->is_open)
		return SMP_RC_NO_MODEL;
	if (agent->runs == 0 || agent->rt->guard_broken)
		return SMP_BADSTATE;
	if (query.kind == WIRE_TENSOR)
		len = agent->rt->model.output_bytes;
	else if (query.kind == WIRE_FEATURES && agent->rt->model.has_recipe)
		len = agent->rt->model.feature_bytes;
	else
		return SMP_NOTSUP;
	n = rt_read(agent->rt, query.kind, query.off, bytes, sizeof(bytes));
	put_piece(out, query.off, len, bytes, n);
	return SMP_OK;
}

/* ---- profile ---- */

unsigned agent_model_profile(struct agent *agent,
			     const struct smp_packet *packet,
			     struct cbor_out *out)
{
	const struct hal *hal = agent->hal;
	uint32_t each[PROFILE_OPS];	/* little-endian, as the wire wants */
	struct rt_profile profile = { hal->ticks, hal->ctx, 0, PROFILE_OPS,
				      each, 0 };
	struct wire_profile_query query;
	struct wire_profile answer;
	uint32_t ops, n;
	int err;

	if (wire_decode_profile_query(packet, &query))
		return SMP_INVAL;
	if (!hal->ticks)
		return SMP_NOTSUP;
	if (!agent->rt->is_open)
		return SMP_RC_NO_MODEL;
	if (!has_input(&agent->input))
		return SMP_BADSTATE;
	ops = run_op_count(&agent->rt->model.run);
	if (query.first >= ops)
		return SMP_INVAL;
	profile.first = query.first;
	err = rt_run_profile(agent->rt, agent->input.kind, agent->input.len,
			     &profile);
	agent->runs++;
	if (err)
		return agent_rc(err);
	n = ops - query.first < PROFILE_OPS ? ops - query.first : PROFILE_OPS;
	answer = (struct wire_profile){ ops, hal->info.tick_hz,
		profile.features, { (const uint8_t *)each, 4 * n } };
	wire_encode_profile(out, &answer);
	return SMP_OK;
}

/* ---- self-test, read-back ---- */

unsigned agent_model_selftest(struct agent *agent,
			      const struct smp_packet *packet,
			      struct cbor_out *out)
{
	struct wire_selftest request;
	struct rt_golden golden;
	struct wire_selftested answer;

	if (wire_decode_selftest(packet, &request))
		return SMP_INVAL;
	if (!agent->rt->is_open)
		return SMP_RC_NO_MODEL;
	if (request.slot != WIRE_NONE && request.slot != agent->slots.running)
		return SMP_BADSTATE;	/* only what runs has the arena */
	agent->input.len = 0;		/* its bytes are overwritten */
	rt_selftest(agent->rt, &golden);
	agent->runs += golden.vectors;
	answer = (struct wire_selftested){ golden.vectors, golden.passed,
					   golden.failed };
	wire_encode_selftested(out, &answer);
	return SMP_OK;
}

unsigned agent_model_read(struct agent *agent, const struct smp_packet *packet,
			  struct cbor_out *out)
{
	const struct hal *hal = agent->hal;
	uint32_t size = hal->layout.slot_bytes;
	struct wire_read request;
	uint32_t n;

	if (wire_decode_read(packet, &request) || request.slot >= SLOT_COUNT ||
	    request.off > size)
		return SMP_INVAL;
	n = size - request.off;
	if (n > request.n)
		n = request.n;
	if (n > PIECE_MAX)
		n = PIECE_MAX;
	put_piece(out, request.off, size, hal->flash.base +
		  hal->layout.slot[request.slot] + request.off, n);
	return SMP_OK;
}

/* ---- key ---- */

unsigned agent_model_key(struct agent *agent, const struct smp_packet *packet,
			 struct cbor_out *out)
{
	uint8_t bytes[BOOT_KEY_BYTES];
	struct wire_key key = { { NULL, 0 } };

	(void)packet;
	if (!boot_key_read(&agent->hal->flash, &agent->hal->layout, bytes))
		key.key = (struct wire_bytes){ bytes, sizeof(bytes) };
	wire_encode_key(out, &key);
	return SMP_OK;
}

unsigned agent_model_provision(struct agent *agent,
			       const struct smp_packet *packet,
			       struct cbor_out *out)
{
	const struct wire_nothing nothing = { true };
	struct wire_key key;
	int err;

	if (wire_decode_key(packet, &key) || key.key.n != BOOT_KEY_BYTES)
		return SMP_INVAL;
	err = boot_key_write(&agent->hal->flash, &agent->hal->layout,
			     key.key.p);
	if (err == ERR_TRUST)
		return SMP_DENIED;
	wire_encode_nothing(out, &nothing);
	return agent_rc(err);
}
