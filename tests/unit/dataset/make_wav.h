/*
 * make_wav - tiny WAV files for tests, good ones and, with a hand on the
 * fields, bad ones.
 */
#ifndef TINYML_TESTS_MAKE_WAV_H
#define TINYML_TESTS_MAKE_WAV_H

#include <string.h>

#include "base/buf.h"

struct make_wav {
	unsigned tag, channels, rate_hz, align, bits;
	long said;		/* the data chunk's size; -1: the true one */
};

/* 16-bit mono at 16 kHz */
#define MAKE_WAV { 1, 1, 16000, 2, 16, -1 }

static inline void make_wav(struct buf *out, const struct make_wav *m,
			    const void *data, size_t n)
{
	buf_adds(out, "RIFF");
	buf_add32(out, (uint32_t)(36 + n));
	buf_adds(out, "WAVEfmt ");
	buf_add32(out, 16);
	buf_add16(out, (uint16_t)m->tag);
	buf_add16(out, (uint16_t)m->channels);
	buf_add32(out, m->rate_hz);
	buf_add32(out, m->rate_hz * m->align);
	buf_add16(out, (uint16_t)m->align);
	buf_add16(out, (uint16_t)m->bits);
	buf_adds(out, "data");
	buf_add32(out, m->said < 0 ? (uint32_t)n : (uint32_t)m->said);
	buf_add(out, data, n);
}

#endif
