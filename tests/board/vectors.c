/*
 * vectors IN OUT N - run a model on up to N inputs of the file IN (0: all) and
 * compare with the outputs in the file OUT.  States of the model begin anew
 * with each input, unless IN's name says _stream.  Prints
 *
 *     equal VECTORS ticks T stack S
 *
 * T: SysTick's ticks of the last inference, on the processor's clock (modulo
 * 2^24); S: bytes of stack below its caller; or what is wrong.  No byte beside
 * the arena may change.
 */
#include <stdbool.h>
#include <string.h>

#include "bare.h"
#include "host.h"
#include "model.h"

enum { WORDS = 4, PIECE = 64, GUARD_BYTES = 64, PAINT = 0x5c };

extern uint8_t link_stack[], link_arena[];

static struct cost {
	uint32_t ticks, stack;
} cost;

/* ---- guards ------------------------------------------------------------- */

static uint8_t *guard(const struct board_model *m, int i)
{
	return i < GUARD_BYTES ? link_arena - GUARD_BYTES + i :
		link_arena + m->arena_bytes + i - GUARD_BYTES;
}

static void set_guards(const struct board_model *m)
{
	for (int i = 0; i < 2 * GUARD_BYTES; i++)
		*guard(m, i) = PAINT;
}

static bool guards_hold(const struct board_model *m)
{
	for (int i = 0; i < 2 * GUARD_BYTES; i++)
		if (*guard(m, i) != PAINT)
			return false;
	return true;
}

/* ---- one inference ------------------------------------------------------ */

static bool read_input(const struct model_ports *in, int file)
{
	for (unsigned i = 0; i < in->count; i++)
		if (host_read(file, in->data(i), in->bytes[i]) != in->bytes[i])
			return false;
	return true;
}

static bool is_output(const struct model_ports *out, int file)
{
	uint8_t want[PIECE];

	for (unsigned i = 0; i < out->count; i++) {
		const uint8_t *got = out->data(i);
		uint32_t left = out->bytes[i], n;

		for (; left; left -= n, got += n) {
			n = left < PIECE ? left : PIECE;
			if (host_read(file, want, n) != n ||
			    memcmp(want, got, n))
				return false;
		}
	}
	return true;
}

/* Not inlined, so that the painted stack ends where invoke begins. */
static __attribute__((noinline)) void invoke(const struct board_model *m)
{
	volatile uint8_t *top = (uint8_t *)__builtin_frame_address(0) - PIECE;
	uint32_t start;

	for (volatile uint8_t *p = link_stack; p < top; p++)
		*p = PAINT;
	start = bare_ticks();
	m->invoke();
	cost.ticks = bare_ticks_since(start);
	top = link_stack;
	while (*top == PAINT)
		top++;
	cost.stack = (uint32_t)((uint8_t *)__builtin_frame_address(0) -
				(const volatile uint8_t *)top);
}

/* ---- all ---------------------------------------------------------------- */

static int say(const char *what, uint32_t vector)
{
	bare_print(what);
	host_number(vector);
	bare_print("\n");
	return 1;
}

static bool is_stream(const char *path)
{
	static const char word[] = "_stream.";
	size_t n = 0;

	for (; *path && n < sizeof(word) - 1; path++)
		n = *path == word[n] ? n + 1 : *path == word[0];
	return n == sizeof(word) - 1;
}

static int run(const struct board_model *m, int in, int out, uint32_t most,
	       bool stream)
{
	uint32_t n = 0;

	m->reset();
	for (; (!most || n < most) && read_input(&m->in, in); n++) {
		if (!stream)
			m->reset();
		set_guards(m);
		invoke(m);
		if (!is_output(&m->out, out))
			return say("wrong output of vector", n);
		if (!guards_hold(m))
			return say("bytes beside the arena changed by vector",
				   n);
	}
	bare_print("equal");
	host_number(n);
	bare_print(" ticks");
	host_number(cost.ticks);
	bare_print(" stack");
	host_number(cost.stack);
	bare_print("\n");
	return n == 0;
}

/* The words of a command line; absent ones are empty. */
static void split(char *text, char *words[WORDS])
{
	for (int i = 0; i < WORDS; i++) {
		words[i] = text;
		while (*text && *text != ' ')
			text++;
		if (*text)
			*text++ = 0;
	}
}

static uint32_t number(const char *text)
{
	uint32_t n = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + (uint32_t)(*text - '0');
	return n;
}

int main(void);
int main(void)
{
	const struct board_model *m = board_model();
	char args[HOST_ARGS_BYTES], *words[WORDS];
	int in, out;

	if (!m)
		return 1;
	host_args(args);
	split(args, words);
	in = host_open(words[1]);
	out = host_open(words[2]);
	if (in < 0 || out < 0) {
		bare_print("no vectors\n");
		return 1;
	}
	bare_ticks_init();
	return run(m, in, out, number(words[3]), is_stream(words[1]));
}
