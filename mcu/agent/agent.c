#include "agent/agent.h"

#include <string.h>

#include "agent/handler.h"

unsigned agent_rc(int err)
{
	switch (err) {
	case 0: return SMP_OK;
	case ERR_TRUST: return SMP_RC_TRUST;
	case ERR_NO: return SMP_RC_COUNTER;
	case ERR_UNSUPPORTED: return SMP_RC_KERNELS;
	case ERR_TARGET: return SMP_RC_TARGET;
	case ERR_NOFIT: return SMP_RC_NOFIT;
	case ERR_BUSY: return SMP_BADSTATE;
	case ERR_MISSING: return SMP_NOENT;
	case ERR_DEVICE: return SMP_UNKNOWN;
	default: return SMP_CORRUPT;
	}
}

static char *put_decimal(char *p, uint32_t n)
{
	char digits[10];
	int count = 0;

	do
		digits[count++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (count > 0)
		*p++ = digits[--count];
	return p;
}

struct wire_text agent_version(const struct mcuboot_version *version,
			       char room[static AGENT_VERSION_BYTES])
{
	char *p = put_decimal(room, version->major);

	*p++ = '.';
	p = put_decimal(p, version->minor);
	*p++ = '.';
	p = put_decimal(p, version->revision);
	if (version->build) {
		*p++ = '+';
		p = put_decimal(p, version->build);
	}
	return (struct wire_text){ room, (size_t)(p - room) };
}

int agent_verify(struct agent *agent, uint8_t slot,
		 struct mcuboot_image *image)
{
	const struct hal *hal = agent->hal;
	int err = boot_verify(&hal->flash, &hal->layout, slot,
			      agent->slots.minimum_counter, image);

	hal->feed(hal->ctx);
	agent->verified[slot] = !err;
	return err;
}

int agent_open_model(struct agent *agent)
{
	uint8_t slot = agent->slots.running;
	int err;

	if (slot == SLOT_NONE) {
		rt_close(agent->rt);
		return ERR_MISSING;
	}
	agent->verified[slot] = true;
	err = rt_open(agent->rt, agent->image.payload,
		      agent->image.payload_bytes);
	if (err && slot == agent->slots.active)
		agent->slots.running = SLOT_NONE;
	return err;
}

/* A trial must open and answer its golden vectors before the host is asked. */
static void try_model(struct agent *agent)
{
	const struct hal *hal = agent->hal;
	struct rt_golden golden;

	if (!agent_open_model(agent) &&
	    (agent->slots.running != agent->slots.trial ||
	     !rt_selftest(agent->rt, &golden)))
		return;
	if (agent->slots.trial == SLOT_NONE ||
	    agent->slots.running != agent->slots.trial)
		return;
	boot_fall_back(&hal->flash, &hal->layout, &agent->slots,
		       &agent->image);
	agent_open_model(agent);
}

void agent_init(struct agent *agent, const struct hal *hal, struct rt *rt)
{
	memset(agent, 0, sizeof(*agent));
	agent->hal = hal;
	agent->rt = rt;
	rt->board = hal->info.board;
	boot_choose(&hal->flash, &hal->layout, &agent->slots, &agent->image);
	try_model(agent);
}

/* ---- os and stat ---- */

static unsigned os_echo(struct agent *agent, const struct smp_packet *request,
			struct cbor_out *out)
{
	struct wire_echo echo;
	struct wire_echoed echoed;

	(void)agent;
	if (wire_decode_echo(request, &echo))
		return SMP_INVAL;
	echoed.r = echo.d;
	wire_encode_echoed(out, &echoed);
	return SMP_OK;
}

static unsigned os_reset(struct agent *agent, const struct smp_packet *request,
			 struct cbor_out *out)
{
	const struct wire_nothing nothing = { true };

	(void)request;
	agent->wants_reset = true;
	wire_encode_nothing(out, &nothing);
	return SMP_OK;
}

static unsigned os_params(struct agent *agent, const struct smp_packet *request,
			  struct cbor_out *out)
{
	const struct wire_params params = { AGENT_PACKET_BYTES, 1 };

	(void)agent;
	(void)request;
	wire_encode_params(out, &params);
	return SMP_OK;
}

static unsigned os_app(struct agent *agent, const struct smp_packet *request,
		       struct cbor_out *out)
{
	struct wire_app app;
	char text[64] = "tinyml ";
	size_t n = strlen(agent->hal->info.board);

	(void)request;
	if (n > sizeof(text) - 7)
		n = sizeof(text) - 7;
	memcpy(text + 7, agent->hal->info.board, n);
	app.output = (struct wire_text){ text, n + 7 };
	wire_encode_app(out, &app);
	return SMP_OK;
}

static unsigned os_bootloader(struct agent *agent,
			      const struct smp_packet *request,
			      struct cbor_out *out)
{
	struct wire_bootloader answer = { .mode = WIRE_NONE };
	struct wire_bootloader_query query;

	(void)agent;
	if (wire_decode_bootloader_query(request, &query))
		return SMP_INVAL;
	if (!query.query.p) {
		answer.bootloader = wire_text("tinyml");
	} else if (wire_text_is(query.query, "MCUbootMode")) {
		answer.mode = 4;
		answer.no_downgrade = true;
	} else {
		return SMP_NOENT;
	}
	wire_encode_bootloader(out, &answer);
	return SMP_OK;
}

static unsigned stat_data(struct agent *agent, const struct smp_packet *request,
			  struct cbor_out *out)
{
	struct wire_stats stats = { .name = wire_text("tinyml") };
	struct wire_stat_query query;
	const struct wire_counter counters[] = {
		{ wire_text("requests"), agent->requests },
		{ wire_text("refused"), agent->refused },
		{ wire_text("runs"), agent->runs },
		{ wire_text("guard_broken"), agent->rt->guard_broken },
		{ wire_text("rolled_back"), agent->slots.rolled_back },
		{ wire_text("record"), agent->slots.sequence },
		{ wire_text("uptime_ms"), agent->hal->now_ms(agent->hal->ctx) },
	};

	if (wire_decode_stat_query(request, &query))
		return SMP_INVAL;
	if (!wire_text_is(query.name, "tinyml"))
		return SMP_NOENT;
	memcpy(stats.fields, counters, sizeof(counters));
	stats.field_count = sizeof(counters) / sizeof(counters[0]);
	wire_encode_stats(out, &stats);
	return SMP_OK;
}

static unsigned stat_list(struct agent *agent, const struct smp_packet *request,
			  struct cbor_out *out)
{
	struct wire_stat_list list = { .stat_count = 1 };

	(void)agent;
	(void)request;
	list.stat_list[0] = wire_text("tinyml");
	wire_encode_stat_list(out, &list);
	return SMP_OK;
}

/* ---- dispatch ---- */

static const struct agent_row rows[] = {
	{ SMP_GROUP_OS, WIRE_OS_ECHO, SMP_WRITE, os_echo },
	{ SMP_GROUP_OS, WIRE_OS_ECHO, SMP_READ, os_echo },
	{ SMP_GROUP_OS, WIRE_OS_RESET, SMP_WRITE, os_reset },
	{ SMP_GROUP_OS, WIRE_OS_PARAMS, SMP_READ, os_params },
	{ SMP_GROUP_OS, WIRE_OS_APP, SMP_READ, os_app },
	{ SMP_GROUP_OS, WIRE_OS_BOOTLOADER, SMP_READ, os_bootloader },
	{ SMP_GROUP_IMAGE, WIRE_IMAGE_STATE, SMP_READ, agent_image_state },
	{ SMP_GROUP_IMAGE, WIRE_IMAGE_STATE, SMP_WRITE, agent_image_select },
	{ SMP_GROUP_IMAGE, WIRE_IMAGE_UPLOAD, SMP_WRITE, agent_image_upload },
	{ SMP_GROUP_IMAGE, WIRE_IMAGE_ERASE, SMP_WRITE, agent_image_erase },
	{ SMP_GROUP_STAT, WIRE_STAT_DATA, SMP_READ, stat_data },
	{ SMP_GROUP_STAT, WIRE_STAT_LIST, SMP_READ, stat_list },
	{ WIRE_GROUP_STREAM, WIRE_STREAM_LIST, SMP_READ, agent_stream_list },
	{ WIRE_GROUP_STREAM, WIRE_STREAM_START, SMP_WRITE, agent_stream_start },
	{ WIRE_GROUP_STREAM, WIRE_STREAM_STOP, SMP_WRITE, agent_stream_stop },
	{ WIRE_GROUP_MODEL, WIRE_MODEL_INFO, SMP_READ, agent_model_info },
	{ WIRE_GROUP_MODEL, WIRE_MODEL_INPUT, SMP_WRITE, agent_model_input },
	{ WIRE_GROUP_MODEL, WIRE_MODEL_RUN, SMP_WRITE, agent_model_run },
	{ WIRE_GROUP_MODEL, WIRE_MODEL_RESULT, SMP_READ, agent_model_result },
	{ WIRE_GROUP_MODEL, WIRE_MODEL_SELFTEST, SMP_WRITE,
	  agent_model_selftest },
	{ WIRE_GROUP_MODEL, WIRE_MODEL_READ, SMP_READ, agent_model_read },
	{ WIRE_GROUP_MODEL, WIRE_MODEL_KEY, SMP_READ, agent_model_key },
	{ WIRE_GROUP_MODEL, WIRE_MODEL_KEY, SMP_WRITE, agent_model_provision },
	{ WIRE_GROUP_MODEL, WIRE_MODEL_PROFILE, SMP_WRITE,
	  agent_model_profile },
};

static agent_handler *find(const struct smp_header *header)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].group == header->group &&
		    rows[i].id == header->id && rows[i].op == header->op)
			return rows[i].handler;
	return NULL;
}

size_t agent_request(struct agent *agent, const uint8_t *packet, size_t n,
		     uint8_t *out, size_t room)
{
	struct cbor_out answer = cbor_out_init(out, room);
	struct smp_packet request;
	struct smp_header header;
	agent_handler *handler;
	unsigned rc = SMP_NOTSUP;

	if (smp_packet_open(&request, packet, n) ||
	    (request.header.op != SMP_READ && request.header.op != SMP_WRITE))
		return 0;
	agent->requests++;
	header = smp_answer(&request.header);
	smp_begin(&answer, &header);
	handler = find(&request.header);
	if (handler)
		rc = handler(agent, &request, &answer);
	if (rc == SMP_OK && smp_end(&answer))
		rc = SMP_MSGSIZE;
	if (rc != SMP_OK) {
		agent->refused++;
		smp_put_status(&answer, &request.header, rc);
	}
	return answer.len;
}
