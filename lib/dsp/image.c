#include "dsp/image.h"

#include "bits/cursor.h"
#include "dsp/clip.h"
#include "dsp/open.h"

static int open_image(struct cursor *cur, struct dsp_recipe *r)
{
	struct dsp_image *m = &r->image;

	m->height = cursor_u16(cur);
	m->width = cursor_u16(cur);
	if (cur->err)
		return cur->err;
	if ((r->axes != 1 && r->axes != 3) ||
	    (r->channels != 1 && r->channels != 3) ||
	    !dsp_within(m->height, 1, DSP_IMAGE_SIDE_MAX) ||
	    !dsp_within(m->width, 1, DSP_IMAGE_SIDE_MAX) ||
	    !dsp_within(r->frames, 1, DSP_IMAGE_SIDE_MAX) ||
	    !dsp_within(r->coefficients, 1, DSP_IMAGE_SIDE_MAX) ||
	    r->length_samples != (uint32_t)m->height * m->width)
		return ERR_RANGE;
	r->sample_bytes = 1;
	return 0;
}

static size_t scratch_bytes(const struct dsp_recipe *r)
{
	(void)r;
	return 0;
}

/* Source pixels first .. last of one axis and what each counts, in parts of
 * `whole`: the first and the last by parts, those between fully. */
struct span {
	uint32_t first, last;
	uint32_t first_part, last_part, part, whole;
};

/* Pixel i of `to`, which covers [i from, (i + 1) from) in units of 1 / to. */
static struct span covered(uint32_t i, uint32_t from, uint32_t to)
{
	uint32_t start = i * from, end = start + from;
	struct span s = { start / to, (end - 1) / to, 0, 0, to, from };

	s.first_part = (s.first + 1) * to - start;
	s.last_part = end - s.last * to;
	if (s.first == s.last)
		s.first_part = from;
	return s;
}

/* Its centre ((2 i + 1) from - to) / 2 to lies between two pixels. */
static struct span between(uint32_t i, uint32_t from, uint32_t to)
{
	int32_t at = (int32_t)((2 * i + 1) * from) - (int32_t)to;
	uint32_t first = at < 0 ? 0 : (uint32_t)at / (2 * to);
	uint32_t part = at < 0 ? 0 : (uint32_t)at % (2 * to);

	if (first + 1 >= from || part == 0)
		return (struct span){ first, first, 2 * to, 0, 0, 2 * to };
	return (struct span){ first, first + 1, 2 * to - part, part, 0,
			      2 * to };
}

static struct span span_of(uint32_t i, uint32_t from, uint32_t to)
{
	return from >= to ? covered(i, from, to) : between(i, from, to);
}

static uint32_t part_of(const struct span *s, uint32_t i)
{
	return i == s->first ? s->first_part : i == s->last ? s->last_part :
	       s->part;
}

/* One byte of the source; pixels behind the recording are 0. */
static uint32_t byte_at(const struct dsp_recipe *r,
			const struct dsp_clip *clip, uint32_t y, uint32_t x,
			uint32_t axis)
{
	const uint8_t *pixels = clip->samples;
	int64_t row = (int64_t)y * r->image.width + x + clip->offset;

	if (row < 0 || (uint64_t)row >= clip->rows)
		return 0;
	return pixels[(uint64_t)row * r->axes + axis];
}

/* 1 / 255 and its parts by colour, in Q32 */
static const uint32_t grey_factors[3] = { 5036060, 9886846, 1920103 };
enum { FACTOR = 16843009 };

/* A source pixel as output channel c, 1 as 2^32 */
static uint64_t value_at(const struct dsp_recipe *r,
			 const struct dsp_clip *clip, uint32_t y, uint32_t x,
			 uint32_t c)
{
	uint64_t sum = 0;

	if (r->axes == 1)
		return (uint64_t)byte_at(r, clip, y, x, 0) * FACTOR;
	if (r->channels == 3)
		return (uint64_t)byte_at(r, clip, y, x, c) * FACTOR;
	for (uint32_t a = 0; a < 3; a++)
		sum += (uint64_t)byte_at(r, clip, y, x, a) * grey_factors[a];
	return sum;
}

static int32_t pixel(const struct dsp_recipe *r, const struct dsp_clip *clip,
		     const struct span *rows, const struct span *columns,
		     uint32_t c)
{
	uint64_t sum = 0, half = columns->whole / 2;

	for (uint32_t y = rows->first; y <= rows->last; y++) {
		uint64_t line = 0;

		for (uint32_t x = columns->first; x <= columns->last; x++)
			line += value_at(r, clip, y, x, c) *
				part_of(columns, x);
		sum += (line + half) / columns->whole * part_of(rows, y);
	}
	return (int32_t)((sum / rows->whole + (1 << 15)) >> 16);
}

static void run(const struct dsp_recipe *r, const struct dsp_clip *clip,
		int32_t *out, void *scratch)
{
	(void)scratch;
	for (uint32_t i = 0; i < r->frames; i++) {
		struct span rows = span_of(i, r->image.height, r->frames);

		for (uint32_t j = 0; j < r->coefficients; j++) {
			struct span columns = span_of(j, r->image.width,
						      r->coefficients);

			for (uint32_t c = 0; c < r->channels; c++)
				*out++ = pixel(r, clip, &rows, &columns, c);
		}
	}
}

const struct dsp_kind dsp_image_kind = {
	DSP_KIND_IMAGE, "image", open_image, scratch_bytes, run
};
