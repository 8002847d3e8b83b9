/*
 * guarded - memory with known bytes before and behind it, so that a stray
 * write is seen.  Guards are exactly at the ends: n needs no rounding.
 */
#ifndef TINYML_TESTS_GUARDED_H
#define TINYML_TESTS_GUARDED_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { GUARD_BYTES = 64, GUARD_VALUE = 0xa5 };

struct guarded {
	uint8_t *all, *data;
	size_t n;
};

/* data is aligned to 16; released with guarded_release. */
static inline struct guarded guarded_init(size_t n)
{
	struct guarded g = { .n = n };
	size_t all = (n + 2 * GUARD_BYTES + 15) / 16 * 16;

	g.all = aligned_alloc(16, all);
	if (!g.all)
		abort();
	memset(g.all, GUARD_VALUE, all);
	g.data = g.all + GUARD_BYTES;
	return g;
}

static inline bool guarded_intact(const struct guarded *g)
{
	for (size_t i = 0; i < GUARD_BYTES; i++)
		if (g->all[i] != GUARD_VALUE ||
		    g->data[g->n + i] != GUARD_VALUE)
			return false;
	return true;
}

static inline void guarded_release(struct guarded *g)
{
	free(g->all);
	g->all = NULL;
}

#endif
