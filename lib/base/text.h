/*
 * text - small helpers for words: hex, safe printing, near misses.
 */
#ifndef TINYML_BASE_TEXT_H
#define TINYML_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 2n lower-case digits and a NUL into out. */
void text_hex(char *out, const void *bytes, size_t n);

/* Exactly 2n lower-case hex digits into n bytes; false otherwise. */
bool text_unhex(const char *hex, void *bytes, size_t n);

/* Replace control characters and bytes that are not valid UTF-8 by '?', in
 * place, so that foreign text cannot repaint a terminal. */
void text_neutralise(char *text);

/* The entry of words (n of them) nearest to word by edit distance, or NULL
 * when none is near enough to be meant (distance at most 2, and less than
 * half the word). Words of at most 63 characters are compared. */
const char *text_nearest(const char *word, const char *const *words, size_t n);

/* A base-10 integer with nothing before or behind it, inside [min, max]. */
bool text_long(const char *text, long min, long max, long *value);

#endif
