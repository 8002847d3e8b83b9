/*
 * board_life AT TYPE FOLDER - the life of a model on one emulated board, from
 * the key to a refused replay, over the real link; TAP on standard output.
 */
#include "board_client.h"

enum { KILLS = 6 };

/* ---- chapters ---- */

static void meet(struct life *life)
{
	struct wire_echo echo = { wire_text("are you there?") };
	struct wire_echoed echoed = { { NULL, 0 } };
	struct wire_info info = { .slots = 0 };
	struct err err = { 0 };

	smp_link_ask(life->link, SMP_WRITE, SMP_GROUP_OS, WIRE_OS_ECHO, &err,
		     echo, &echo, echoed, &echoed);
	report(!err.kind && wire_text_is(echoed.r, "are you there?"),
	       "the board answers an echo", &err);
	smp_link_ask(life->link, SMP_READ, WIRE_GROUP_MODEL, WIRE_MODEL_INFO,
		     &err, nothing, &nothing, info, &info);
	report(!err.kind && wire_text_is(info.board, life->place.type) &&
	       info.slots == 2 && info.slot == WIRE_NONE,
	       "it says what it is, and has no model", &err);
	provision(life);
}

static void update(struct life *life, const uint8_t *bytes, size_t n, int bias,
		   const char *what)
{
	report(whole_update(life, bytes, n) && ask_model(life) == bias, what,
	       &life->err);
}

static void refuse(struct life *life)
{
	size_t n;
	uint8_t *bytes = container(life, 2, 0, 2, &n);

	bytes[n - 40] ^= 1;
	report(upload_all(life, bytes, n) == SMP_RC_TRUST,
	       "a wrong signature is refused", &life->err);
	bytes[n - 40] ^= 1;
	report(upload_all(life, bytes, n - 100) == SMP_CORRUPT,
	       "a truncated container is refused", &life->err);
	bytes[1000] ^= 1;
	report(upload_all(life, bytes, n) == SMP_CORRUPT,
	       "a damaged payload is refused", &life->err);
	free(bytes);
	report(ask_model(life) == 1, "the old model still answers",
	       &life->err);
}

static void kill_and_resume(struct life *life)
{
	size_t n;
	uint8_t *bytes = container(life, 2, 0, 2, &n);
	uint32_t off = 0, needed;
	bool whole = true;

	life->pieces = 0;
	for (int i = 0; i < KILLS; i++) {
		upload(life, bytes, n, &off, 4);
		pull_plug(life);
		plug_in(life);
		whole = whole && ask_model(life) == 1;
		off = 0;
	}
	report(whole, "killed during an upload: the old model runs",
	       &life->err);
	needed = (uint32_t)n / 1500;
	update(life, bytes, n, 2, "a killed upload is resumed and confirmed");
	printf("# %u pieces for %zu bytes with %d kills\n", life->pieces, n,
	       KILLS);
	report(life->pieces < needed * 3, "little was sent again",
	       &life->err);
	free(bytes);
}

static void roll_back(struct life *life)
{
	size_t n;
	uint8_t *bytes = container(life, 3, 1, 3, &n);
	bool good = upload_all(life, bytes, n) == SMP_OK &&
		    choose(life, bytes, n, false) == SMP_OK;

	reset(life);
	report(good && ask_model(life) == 2,
	       "failing golden vectors: the old model runs", &life->err);
	free(bytes);
	bytes = container(life, 4, 0, 3, &n);
	good = upload_all(life, bytes, n) == SMP_OK &&
	       choose(life, bytes, n, false) == SMP_OK;
	reset(life);
	good = good && ask_model(life) == 4;
	pull_plug(life);
	plug_in(life);
	report(good && ask_model(life) == 2,
	       "killed on trial: the old model runs", &life->err);
	free(bytes);
	bytes = container(life, 1, 0, 1, &n);
	report(upload_all(life, bytes, n) == SMP_RC_COUNTER,
	       "a replayed older model is refused", &life->err);
	free(bytes);
}

int main(int argc, char **argv)
{
	struct life life;
	uint8_t *first;
	size_t n;

	if (argc != 4)
		return 2;
	life_init(&life, argv[1], argv[2], argv[3]);
	plug_in(&life);
	meet(&life);
	first = container(&life, 1, 0, 1, &n);
	update(&life, first, n, 1, "a first model is tried and confirmed");
	refuse(&life);
	kill_and_resume(&life);
	roll_back(&life);
	free(first);
	pull_plug(&life);
	return 0;
}
