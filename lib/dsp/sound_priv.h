/* sound's two files. */
#ifndef TINYML_DSP_SOUND_PRIV_H
#define TINYML_DSP_SOUND_PRIV_H

#include <stddef.h>

#include "dsp/sound.h"

enum {
	DSP_SOUND_LOG_LIMIT = 256,	/* of offsets and floors, log2 */
	DSP_SOUND_DCT_MOST = (1 << 26) - 1,
};

struct cursor;
struct dsp_recipe;

int dsp_sound_open(struct cursor *cur, struct dsp_recipe *recipe);

static inline size_t dsp_sound_taper_entries(const struct dsp_sound *s)
{
	return s->flags & DSP_SOUND_RECTANGULAR ? 0 : s->window / 2u + 1;
}

/* Numbers a frame has before the DCT. */
static inline uint32_t dsp_sound_values(const struct dsp_sound *s)
{
	return s->bands ? s->bands : ((uint32_t)1 << s->fft_log2) / 2 + 1;
}

#endif
