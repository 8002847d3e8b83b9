/*
 * mem - the functions that the compiler and freestanding code expect.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { WORD = sizeof(uint32_t) };

static int is_aligned(const void *a, const void *b)
{
	return (((uintptr_t)a | (uintptr_t)b) & (WORD - 1)) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if (is_aligned(t, f))
		for (; n >= WORD; n -= WORD, t += WORD, f += WORD)
			*(uint32_t *)(void *)t = *(const uint32_t *)
						 (const void *)f;
	while (n-- > 0)
		*t++ = *f++;
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if (t <= f || (size_t)(t - f) >= n) {
		while (n-- > 0)
			*t++ = *f++;
		return to;
	}
	while (n-- > 0)
		t[n] = f[n];
	return to;
}

void *memset(void *to, int byte, size_t n)
{
	uint8_t *t = to;
	uint32_t word = (uint8_t)byte * 0x01010101u;

	if (is_aligned(t, t))
		for (; n >= WORD; n -= WORD, t += WORD)
			*(uint32_t *)(void *)t = word;
	while (n-- > 0)
		*t++ = (uint8_t)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *p = a, *q = b;

	for (; n > 0; n--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

void *memchr(const void *bytes, int byte, size_t n)
{
	uint8_t *p = (uint8_t *)(uintptr_t)bytes;

	for (; n > 0; n--, p++)
		if (*p == (uint8_t)byte)
			return p;
	return NULL;
}

size_t strlen(const char *text)
{
	size_t n = 0;

	while (text[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (uint8_t)*a - (uint8_t)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n > 0; n--, a++, b++)
		if (*a != *b || !*a)
			return (uint8_t)*a - (uint8_t)*b;
	return 0;
}
