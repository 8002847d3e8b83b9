#include "bits/le.h"
#include "tiny_board.h"

static struct tiny_board *with_model(struct tiny_key *key, int8_t bias)
{
	struct tiny_board *board = tb_new();
	uint8_t bytes[TB_MODEL_BYTES];

	tb_model(bytes, (struct tiny_model){ .bias = bias, .counter = 1 }, key);
	cr_assert_eq(tb_provision(board, key), SMP_OK);
	cr_assert_eq(tb_update(board, bytes), SMP_OK);
	return board;
}

Test(agent, echo_params_and_app_info)
{
	struct tiny_board *board = tb_new();
	struct wire_echo echo = { wire_text("hello") };
	struct wire_echoed echoed;
	struct wire_params params;
	struct wire_app app;
	const struct wire_nothing nothing = { true };

	cr_assert_eq(tb_call(board, SMP_WRITE, SMP_GROUP_OS, WIRE_OS_ECHO,
			     &wire_shape_echo, &echo), SMP_OK);
	cr_assert_eq(wire_decode_echoed(&board->packet, &echoed), 0);
	cr_assert(wire_text_is(echoed.r, "hello"));
	cr_assert_eq(tb_call(board, SMP_READ, SMP_GROUP_OS, WIRE_OS_PARAMS,
			     &wire_shape_nothing, &nothing), SMP_OK);
	cr_assert_eq(wire_decode_params(&board->packet, &params), 0);
	cr_assert_eq(params.buf_size, AGENT_PACKET_BYTES);
	cr_assert_eq(tb_call(board, SMP_READ, SMP_GROUP_OS, WIRE_OS_APP,
			     &wire_shape_nothing, &nothing), SMP_OK);
	cr_assert_eq(wire_decode_app(&board->packet, &app), 0);
	cr_assert(wire_text_is(app.output, "tinyml test"));
	tb_free(board);
}

Test(agent, reset_is_asked_for_after_the_answer)
{
	struct tiny_board *board = tb_new();
	struct wire_reset reset = { 0 };

	cr_assert_eq(tb_call(board, SMP_WRITE, SMP_GROUP_OS, WIRE_OS_RESET,
			     &wire_shape_reset, &reset), SMP_OK);
	cr_assert(board->agent.wants_reset);
	tb_free(board);
}

Test(agent, unknown_groups_and_garbage)
{
	struct tiny_board *board = tb_new();
	const struct wire_nothing nothing = { true };
	uint8_t packet[64], out[AGENT_PACKET_BYTES];

	cr_assert_eq(tb_call(board, SMP_READ, 9, 0, &wire_shape_nothing,
			     &nothing), SMP_NOTSUP);
	for (unsigned i = 0; i < 20000; i++) {
		size_t n = i % sizeof(packet);

		randombytes_buf_deterministic(packet, n,
			(const unsigned char[32]){ (uint8_t)i,
						   (uint8_t)(i >> 8) });
		if (n > 3 && i % 3 == 0) {
			packet[0] &= 0x0b;
			packet[2] = 0;
			packet[3] = (uint8_t)(n - 8);
			packet[4] = 0;
			packet[5] = i % 4 ? 1 : 65;
		}
		agent_request(&board->agent, packet, n, out, sizeof(out));
	}
	cr_assert_eq(tb_call(board, SMP_READ, SMP_GROUP_OS, WIRE_OS_PARAMS,
			     &wire_shape_nothing, &nothing), SMP_OK);
	cr_assert_not(board->nor.broken);
	tb_free(board);
}

Test(agent, info_with_and_without_a_model)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = tb_new();
	const struct wire_nothing nothing = { true };
	struct wire_info info;

	cr_assert_eq(tb_call(board, SMP_READ, WIRE_GROUP_MODEL,
			     WIRE_MODEL_INFO, &wire_shape_nothing, &nothing),
		     SMP_OK);
	cr_assert_eq(wire_decode_info(&board->packet, &info), 0);
	cr_assert_eq(info.slot, WIRE_NONE);
	cr_assert_eq(info.slot_bytes, TB_SLOT);
	tb_free(board);

	board = with_model(&key, 9);
	tb_call(board, SMP_READ, WIRE_GROUP_MODEL, WIRE_MODEL_INFO,
		&wire_shape_nothing, &nothing);
	cr_assert_eq(wire_decode_info(&board->packet, &info), 0);
	cr_assert_eq(info.identity.n, 32);
	cr_assert_eq(info.identity.p[7], 9);
	cr_assert(wire_text_is(info.name, "tiny"));
	cr_assert(wire_text_is(info.version, "1.0.0"));
	cr_assert_eq(info.counter, 1);
	cr_assert_eq(info.floor, 1);
	cr_assert(info.confirmed);
	cr_assert_not(info.trial);
	cr_assert_eq(info.input, TINY_IN);
	cr_assert_eq(info.output, TINY_OUT);
	tb_free(board);
}

static unsigned send_input(struct tiny_board *board, const int8_t *values,
			   uint32_t off, uint32_t n)
{
	struct wire_input message = { WIRE_TENSOR, off, TINY_IN,
				      { (const uint8_t *)values + off, n } };

	return tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL, WIRE_MODEL_INPUT,
		       &wire_shape_input, &message);
}

Test(agent, runs_an_input_that_came_in_pieces)
{
	static const int8_t values[TINY_IN] = { 1, 2, 3, 4, 5, 6, 7, -8 };
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = with_model(&key, 2);
	const struct wire_nothing nothing = { true };
	struct wire_result_query query = { WIRE_TENSOR, 0 };
	struct wire_piece piece;
	struct wire_ran ran;

	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_RUN, &wire_shape_nothing, &nothing),
		     SMP_BADSTATE);
	cr_assert_eq(send_input(board, values, 0, 5), SMP_OK);
	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_RUN, &wire_shape_nothing, &nothing),
		     SMP_BADSTATE);
	cr_assert_eq(send_input(board, values, 5, 3), SMP_OK);
	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_RUN, &wire_shape_nothing, &nothing),
		     SMP_OK);
	cr_assert_eq(wire_decode_ran(&board->packet, &ran), 0);
	cr_assert_eq(ran.top, 3);
	cr_assert(wire_text_is(ran.label, "d"));
	cr_assert_not(ran.guard);
	cr_assert_gt(ran.us, 0);
	cr_assert_eq(tb_call(board, SMP_READ, WIRE_GROUP_MODEL,
			     WIRE_MODEL_RESULT, &wire_shape_result_query,
			     &query), SMP_OK);
	cr_assert_eq(wire_decode_piece(&board->packet, &piece), 0);
	cr_assert_eq(piece.len, TINY_OUT);
	cr_assert_eq((int8_t)piece.data.p[0], 22);
	cr_assert_eq((int8_t)piece.data.p[3], 25);
	tb_free(board);
}

Test(agent, broken_guard_is_reported_and_the_result_kept_back)
{
	static const int8_t values[TINY_IN];
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = with_model(&key, 2);
	const struct wire_nothing nothing = { true };
	struct wire_result_query query = { WIRE_TENSOR, 0 };
	struct wire_ran ran;

	board->rt.guard_high[0] ^= 1;
	send_input(board, values, 0, TINY_IN);
	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_RUN, &wire_shape_nothing, &nothing),
		     SMP_OK);
	cr_assert_eq(wire_decode_ran(&board->packet, &ran), 0);
	cr_assert(ran.guard);
	cr_assert_eq(tb_call(board, SMP_READ, WIRE_GROUP_MODEL,
			     WIRE_MODEL_RESULT, &wire_shape_result_query,
			     &query), SMP_BADSTATE);
	tb_free(board);
}

/* The clock of tiny_board advances by ten each time it is read. */
Test(agent, profile_counts_each_operation_of_the_last_input)
{
	static const int8_t values[TINY_IN];
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = with_model(&key, 2);
	struct wire_profile_query query = { 0 };
	struct wire_profile answer;

	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_PROFILE, &wire_shape_profile_query,
			     &query), SMP_BADSTATE, "no input yet");
	send_input(board, values, 0, TINY_IN);
	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_PROFILE, &wire_shape_profile_query,
			     &query), SMP_OK);
	cr_assert_eq(wire_decode_profile(&board->packet, &answer), 0);
	cr_assert_eq(answer.ticks.n, 4 * answer.ops);
	for (uint32_t i = 0; i < answer.ops; i++)
		cr_assert_eq(le_u32(answer.ticks.p + 4 * i), 10);
	query.first = answer.ops;
	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_PROFILE, &wire_shape_profile_query,
			     &query), SMP_INVAL, "behind the last operation");
	query.first = 0;
	board->hal.ticks = NULL;
	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_PROFILE, &wire_shape_profile_query,
			     &query), SMP_NOTSUP, "a board that cannot count");
	tb_free(board);
}

Test(agent, selftest_counts_the_golden_vectors)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = with_model(&key, 2);
	struct wire_selftest request = { WIRE_NONE };
	struct wire_selftested answer;

	cr_assert_eq(tb_call(board, SMP_WRITE, WIRE_GROUP_MODEL,
			     WIRE_MODEL_SELFTEST, &wire_shape_selftest,
			     &request), SMP_OK);
	cr_assert_eq(wire_decode_selftested(&board->packet, &answer), 0);
	cr_assert_eq(answer.vectors, TINY_VECTORS);
	cr_assert_eq(answer.passed, TINY_VECTORS);
	cr_assert_eq(answer.failed, WIRE_NONE);
	tb_free(board);
}

Test(agent, slot_is_read_back_and_reads_stay_inside)
{
	struct tiny_key key = tb_key(1);
	struct tiny_board *board = with_model(&key, 2);
	struct wire_read request = { board->agent.slots.running, 0, 32 };
	struct wire_piece piece;

	cr_assert_eq(tb_call(board, SMP_READ, WIRE_GROUP_MODEL,
			     WIRE_MODEL_READ, &wire_shape_read, &request),
		     SMP_OK);
	cr_assert_eq(wire_decode_piece(&board->packet, &piece), 0);
	cr_assert_eq(piece.len, TB_SLOT);
	cr_assert_eq(piece.data.n, 32);
	cr_assert_eq(piece.data.p[0], 0x3d);
	request.off = TB_SLOT - 4;
	tb_call(board, SMP_READ, WIRE_GROUP_MODEL, WIRE_MODEL_READ,
		&wire_shape_read, &request);
	cr_assert_eq(wire_decode_piece(&board->packet, &piece), 0);
	cr_assert_eq(piece.data.n, 4);
	request.off = TB_SLOT + 1;
	cr_assert_eq(tb_call(board, SMP_READ, WIRE_GROUP_MODEL,
			     WIRE_MODEL_READ, &wire_shape_read, &request),
		     SMP_INVAL);
	request.slot = 2;
	request.off = 0;
	cr_assert_eq(tb_call(board, SMP_READ, WIRE_GROUP_MODEL,
			     WIRE_MODEL_READ, &wire_shape_read, &request),
		     SMP_INVAL);
	tb_free(board);
}

Test(agent, key_is_provisioned_once)
{
	struct tiny_board *board = tb_new();
	struct tiny_key key = tb_key(1), other = tb_key(2);
	const struct wire_nothing nothing = { true };
	struct wire_key read;

	tb_call(board, SMP_READ, WIRE_GROUP_MODEL, WIRE_MODEL_KEY,
		&wire_shape_nothing, &nothing);
	cr_assert_eq(wire_decode_key(&board->packet, &read), 0);
	cr_assert_eq(read.key.n, 0);
	cr_assert_eq(tb_provision(board, &key), SMP_OK);
	cr_assert_eq(tb_provision(board, &key), SMP_OK);
	cr_assert_eq(tb_provision(board, &other), SMP_DENIED);
	tb_free(board);
}
