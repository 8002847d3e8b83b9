/*
 * arena - memory that is freed as a whole.
 *
 * Starts as all zeros.  Pieces are zeroed, aligned for any type, never moved
 * and never freed one by one.
 */
#ifndef TINYML_BASE_ARENA_H
#define TINYML_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

/* NULL when memory ran out. */
void *arena_alloc(struct arena *arena, size_t n);

/* n items of size bytes; NULL also when the product does not fit a size_t. */
void *arena_array(struct arena *arena, size_t n, size_t size);

void *arena_copy(struct arena *arena, const void *bytes, size_t n);
char *arena_text(struct arena *arena, const char *text);

/* At most n characters of text. */
char *arena_textn(struct arena *arena, const char *text, size_t n);

void arena_release(struct arena *arena);

#endif
