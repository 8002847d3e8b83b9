#include <criterion/criterion.h>
#include <stdlib.h>

#include "agent_peer.h"
#include "flash/ask.h"

/* A board that lies in one kind of answer, by a script. */
static char folder[64];
static struct tiny_board *board;
static struct agent_peer peer;
static struct smp_link *sl;
static struct err err;

static size_t answer_piece(const struct smp_packet *request, uint8_t *out,
			   size_t room, const struct wire_piece *piece)
{
	struct cbor_out answer = cbor_out_init(out, room);
	struct smp_header header = smp_answer(&request->header);

	smp_begin(&answer, &header);
	wire_encode_piece(&answer, piece);
	return smp_end(&answer) ? 0 : answer.len;
}

static size_t answer_run(const struct smp_packet *request, uint8_t *out,
			 size_t room)
{
	const struct wire_ran ran = { .output = 4 };
	struct cbor_out answer = cbor_out_init(out, room);
	struct smp_header header = smp_answer(&request->header);

	smp_begin(&answer, &header);
	wire_encode_ran(&answer, &ran);
	return smp_end(&answer) ? 0 : answer.len;
}

static bool is_model(const struct smp_packet *request, uint8_t id)
{
	return request->header.group == WIRE_GROUP_MODEL &&
	       request->header.id == id;
}

/* A result of len bytes, in fours; pieces behind the first say later_len. */
static size_t result(const struct smp_packet *request, uint8_t *out,
		     size_t room, uint32_t len, uint32_t later_len)
{
	static const uint8_t bytes[4];
	struct wire_result_query query;
	struct wire_piece piece = { .data = { bytes, sizeof(bytes) } };

	if (is_model(request, WIRE_MODEL_INPUT)) {
		struct cbor_out answer = cbor_out_init(out, room);
		struct smp_header header = smp_answer(&request->header);
		const struct wire_offset next = { 8 };

		smp_begin(&answer, &header);
		wire_encode_offset(&answer, &next);
		return smp_end(&answer) ? 0 : answer.len;
	}
	if (is_model(request, WIRE_MODEL_RUN))
		return answer_run(request, out, room);
	if (!is_model(request, WIRE_MODEL_RESULT) ||
	    wire_decode_result_query(request, &query))
		return 0;
	piece.off = query.off;
	piece.len = query.off ? later_len : len;
	return answer_piece(request, out, room, &piece);
}

static size_t honest(const struct smp_packet *request, uint8_t *out,
		     size_t room)
{
	return result(request, out, room, 12, 12);
}

static size_t endless(const struct smp_packet *request, uint8_t *out,
		      size_t room)
{
	return result(request, out, room, UINT32_MAX, UINT32_MAX);
}

static size_t one_too_many(const struct smp_packet *request, uint8_t *out,
			   size_t room)
{
	return result(request, out, room, ASK_RESULT_BYTES_MAX + 1,
		      ASK_RESULT_BYTES_MAX + 1);
}

static size_t growing(const struct smp_packet *request, uint8_t *out,
		      size_t room)
{
	return result(request, out, room, 12, 16);
}

static size_t shrinking(const struct smp_packet *request, uint8_t *out,
			size_t room)
{
	return result(request, out, room, 12, 2);
}

static void enter(void)
{
	strcpy(folder, "/tmp/tinyml-ask-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	board = tb_new();
	agent_peer_start(&peer, board, folder);
	cr_assert_eq(smp_link_open(&sl, peer.at, NULL, NULL), 0);
}

static void leave(void)
{
	char command[128];

	smp_link_close(sl);
	agent_peer_stop(&peer);
	tb_free(board);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

static int run_of(size_t (*script)(const struct smp_packet *, uint8_t *,
				   size_t), size_t *n)
{
	const uint8_t input[8] = { 0 };
	struct ask_answer answer = { 0 };
	int ret;

	peer.script = script;
	err = (struct err){ 0 };
	ret = ask_run(sl, WIRE_TENSOR, input, sizeof(input), &answer, &err);
	*n = answer.output.len;
	ask_answer_release(&answer);
	return ret;
}

Test(ask, result_in_pieces, .init = enter, .fini = leave)
{
	size_t n;

	cr_assert_eq(run_of(honest, &n), 0, "%s", err.text);
	cr_assert_eq(n, 12);
}

Test(ask, result_longer_than_any_is_refused, .init = enter, .fini = leave)
{
	size_t n;

	cr_assert_eq(run_of(endless, &n), ERR_DEVICE);
	cr_assert_not_null(strstr(err.text, "announces a result of 4294967295 "
				  "bytes"), "%s", err.text);
	cr_assert_eq(n, 0);
	cr_assert_eq(run_of(one_too_many, &n), ERR_DEVICE);
	cr_assert_eq(n, 0);
}

Test(ask, result_that_changes_its_length, .init = enter, .fini = leave)
{
	size_t n;

	cr_assert_eq(run_of(growing, &n), ERR_DEVICE);
	cr_assert_not_null(strstr(err.text, "not asked for"), "%s", err.text);
	cr_assert_eq(n, 4);
	cr_assert_eq(run_of(shrinking, &n), ERR_DEVICE);
	cr_assert_eq(n, 4);
}

/* A profile of five operations, in twos, told by an honest board or not. */
static struct wire_profile told;

static size_t profiles(const struct smp_packet *request, uint8_t *out,
		       size_t room)
{
	static const uint8_t ticks[5 * 4] = { 1, 0, 0, 0, 2, 0, 0, 0, 3, 1 };
	struct cbor_out answer = cbor_out_init(out, room);
	struct smp_header header = smp_answer(&request->header);
	struct wire_profile_query query;
	struct wire_profile piece = told;

	if (!is_model(request, WIRE_MODEL_PROFILE))
		return result(request, out, room, 12, 12);
	cr_assert_eq(wire_decode_profile_query(request, &query), 0);
	piece.ticks = (struct wire_bytes){ ticks + 4 * query.first,
					   query.first < 4 ? 8 : 4 };
	if (told.ticks.n)
		piece.ticks.n = told.ticks.n;
	smp_begin(&answer, &header);
	wire_encode_profile(&answer, &piece);
	return smp_end(&answer) ? 0 : answer.len;
}

static int profile_of(struct wire_profile says, struct ask_profile *profile)
{
	const uint8_t input[8] = { 0 };

	*profile = (struct ask_profile){ 0 };
	told = says;
	peer.script = profiles;
	err = (struct err){ 0 };
	return ask_profile(sl, WIRE_TENSOR, input, sizeof(input), profile,
			   &err);
}

Test(ask, profile_in_pieces, .init = enter, .fini = leave)
{
	const uint32_t want[5] = { 1, 2, 259, 0, 0 };
	struct wire_profile says = { .ops = 5, .hz = 25000000 };
	struct ask_profile got;

	cr_assert_eq(profile_of(says, &got), 0, "%s", err.text);
	cr_assert_eq(got.hz, 25000000);
	cr_assert_eq(got.ticks.len, sizeof(want));
	cr_assert_arr_eq(got.ticks.data, want, sizeof(want));
	ask_profile_release(&got);
}

Test(ask, profiles_that_do_not_fit_are_refused, .init = enter, .fini = leave)
{
	const struct wire_profile bad[] = {
		{ .ops = 5, .hz = 0 },			/* no clock */
		{ .ops = 1, .hz = 1 },			/* more than it has */
		{ .ops = UINT32_MAX, .hz = 1 },
		{ .ops = 5, .hz = 1, .ticks = { NULL, 6 } },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ask_profile got;

		cr_assert_eq(profile_of(bad[i], &got), ERR_DEVICE, "%zu", i);
		ask_profile_release(&got);
	}
}

Test(ask, slot_larger_than_any_is_refused, .init = enter, .fini = leave)
{
	struct buf bytes = BUF_INIT;

	err = (struct err){ 0 };
	cr_assert_eq(ask_read_slot(sl, 0, (size_t)ASK_SLOT_BYTES_MAX + 1,
				   &bytes, NULL, &err), ERR_DEVICE);
	cr_assert_not_null(strstr(err.text, "more than 16777216"), "%s",
			   err.text);
	cr_assert_eq(bytes.len, 0);
	buf_release(&bytes);
}
