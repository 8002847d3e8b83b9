/*
 * wav - read RIFF/WAVE sound.
 *
 * Formats: "Multimedia Programming Interface and Data Specifications 1.0"
 * (IBM, Microsoft 1991) for RIFF and PCM, Microsoft's WAVEFORMATEXTENSIBLE,
 * EBU Tech 3306 for RF64, ITU-T G.711 for A-law and mu-law.
 *
 *     "RIFF" size "WAVE" { id[4] size payload pad-to-even } ...
 *
 * The bytes are untrusted and borrowed.  What other readers repair is repaired
 * and said (struct wav.repairs); what is ambiguous is refused:
 *
 *     repaired  data chunk longer than the file; last frame cut in two; block
 *               align 0.  The RIFF size is never believed and never needed.
 *     refused   no fmt or data chunk, two fmt chunks, 0 channels, rate or
 *               bits, a block align that disagrees, RIFX, compressed formats,
 *               a sample that is NaN or infinite
 *
 * No samples at all is a valid file (frames 0); whether that is useful is the
 * caller's question.
 */
#ifndef TINYML_DATASET_WAV_H
#define TINYML_DATASET_WAV_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { WAV_CHANNELS_MAX = 64, WAV_RATE_MAX_HZ = 1 << 20 };

enum wav_encoding {
	WAV_U8, WAV_S16, WAV_S24, WAV_S32, WAV_F32, WAV_F64, WAV_ALAW,
	WAV_MULAW
};

enum wav_repair {
	WAV_REPAIR_LENGTH = 1,	/* data said more than the file has */
	WAV_REPAIR_FRAME = 2,	/* an incomplete last frame was left out */
	WAV_REPAIR_ALIGN = 4,	/* block align 0 was filled in */
};

struct wav {
	enum wav_encoding encoding;
	uint32_t rate_hz;	/* 1 .. WAV_RATE_MAX_HZ */
	uint32_t channels;	/* 1 .. WAV_CHANNELS_MAX */
	size_t frames;
	const uint8_t *data;	/* frames * channels samples, borrowed */
	unsigned repairs;	/* enum wav_repair, or-ed */
};

/* ERR_FORMAT, ERR_SHORT, ERR_UNSUPPORTED, ERR_RANGE with the byte offset. */
int wav_parse(struct wav *wav, const void *bytes, size_t n, struct err *err);

/* What repairs says, as a phrase ("data chunk longer than the file"). */
const char *wav_repair_text(unsigned repairs);

/* True for the encodings whose samples are integers. */
int wav_is_integer(const struct wav *wav);

/*
 * Sample i (frame * channels + channel, below frames * channels) of an integer
 * encoding, in its own scale: 8-bit and G.711 widened to 16 bits, 24- and
 * 32-bit as stored.
 */
int32_t wav_integer(const struct wav *wav, size_t i);

/* Full scale of wav_integer: 2^15, 2^23 or 2^31. */
double wav_full_scale(const struct wav *wav);

/* Sample i of any encoding, full scale 1; from double rounded to nearest. */
float wav_real(const struct wav *wav, size_t i);

#endif
