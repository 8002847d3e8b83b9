#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 1 << 14 };

struct arena_block {
	struct arena_block *next;
	size_t used, room;
	_Alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *block_with(struct arena *arena, size_t n)
{
	struct arena_block *block = arena->blocks;
	size_t room = n > BLOCK_BYTES ? n : BLOCK_BYTES;

	if (block && n <= block->room - block->used)
		return block;
	block = calloc(1, sizeof(*block) + room);
	if (!block)
		return NULL;
	block->room = room;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	struct arena_block *block;
	void *p;

	if (n > SIZE_MAX / 2)
		return NULL;
	n = (n + align - 1) / align * align;
	block = block_with(arena, n);
	if (!block)
		return NULL;
	p = block->bytes + block->used;
	block->used += n;
	return p;
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return NULL;
	return arena_alloc(arena, n * size);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t n)
{
	void *p = arena_alloc(arena, n);

	if (p && n)
		memcpy(p, bytes, n);
	return p;
}

char *arena_text(struct arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text) + 1);
}

char *arena_textn(struct arena *arena, const char *text, size_t n)
{
	size_t len = strnlen(text, n);
	char *p = arena_alloc(arena, len + 1);

	if (p)
		memcpy(p, text, len);
	return p;
}

void arena_release(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	arena->blocks = NULL;
}
