#include "dataset/wav.h"

#include <stdbool.h>
#include <string.h>

#include "bits/cursor.h"
#include "bits/le.h"

enum { TAG_PCM = 1, TAG_FLOAT = 3, TAG_ALAW = 6, TAG_MULAW = 7,
       TAG_EXTENSIBLE = 0xfffe, FMT_BYTES_MIN = 16, EXTENSIBLE_BYTES_MIN = 40,
       DS64_BYTES_MIN = 24, LENGTH_ELSEWHERE = -1 };

/* The last 14 bytes of every sub-format that is a tag in disguise:
 * TTTT0000-0000-0010-8000-00AA00389B71. */
static const uint8_t guid_tail[14] = {
	0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00,
	0x38, 0x9b, 0x71
};

static const struct {
	unsigned tag, bits;
	enum wav_encoding encoding;
} encodings[] = {
	{ TAG_PCM, 8, WAV_U8 }, { TAG_PCM, 16, WAV_S16 },
	{ TAG_PCM, 24, WAV_S24 }, { TAG_PCM, 32, WAV_S32 },
	{ TAG_FLOAT, 32, WAV_F32 }, { TAG_FLOAT, 64, WAV_F64 },
	{ TAG_ALAW, 8, WAV_ALAW }, { TAG_MULAW, 8, WAV_MULAW },
};

static const uint8_t sample_bytes[] = {
	[WAV_U8] = 1, [WAV_S16] = 2, [WAV_S24] = 3, [WAV_S32] = 4,
	[WAV_F32] = 4, [WAV_F64] = 8, [WAV_ALAW] = 1, [WAV_MULAW] = 1
};

struct fmt {
	unsigned tag, channels, align, bits;
	uint32_t rate_hz;
};

struct parser {
	struct wav *wav;
	struct cursor cur;
	struct err *err;
	bool is_rf64, has_ds64, has_fmt, has_data;
	uint64_t ds64_data_bytes;
};

static int refuse(struct parser *p, int kind, const char *what)
{
	err_set(p->err, kind, "%s", what);
	err_at(p->err, "offset %zu", cursor_offset(&p->cur));
	return kind;
}

static int choose_encoding(struct parser *p, const struct fmt *fmt)
{
	size_t n = sizeof(encodings) / sizeof(encodings[0]);

	if (fmt->bits == 0)
		return refuse(p, ERR_FORMAT, "WAV header says 0 bits a sample");
	for (size_t i = 0; i < n; i++) {
		if (encodings[i].tag == fmt->tag &&
		    encodings[i].bits == fmt->bits) {
			p->wav->encoding = encodings[i].encoding;
			return 0;
		}
	}
	err_set(p->err, ERR_UNSUPPORTED,
		"WAV format tag 0x%04x with %u bits is not read", fmt->tag,
		fmt->bits);
	err_at(p->err, "offset %zu", cursor_offset(&p->cur));
	err_hint(p->err, "convert it: sox IN.wav -b 16 -e signed-integer "
		 "OUT.wav");
	return ERR_UNSUPPORTED;
}

static int check_fmt(struct parser *p, const struct fmt *fmt)
{
	size_t frame;
	int ret;

	if (fmt->channels == 0 || fmt->channels > WAV_CHANNELS_MAX) {
		err_set(p->err, ERR_RANGE, "WAV header says %u channels",
			fmt->channels);
		return ERR_RANGE;
	}
	if (fmt->rate_hz == 0 || fmt->rate_hz > WAV_RATE_MAX_HZ) {
		err_set(p->err, ERR_RANGE, "WAV header says a sample rate of "
			"%u Hz", (unsigned)fmt->rate_hz);
		return ERR_RANGE;
	}
	ret = choose_encoding(p, fmt);
	if (ret)
		return ret;
	frame = (size_t)fmt->channels * sample_bytes[p->wav->encoding];
	if (fmt->align == 0)
		p->wav->repairs |= WAV_REPAIR_ALIGN;
	else if (fmt->align != frame)
		return refuse(p, ERR_FORMAT, "WAV block align disagrees with "
			      "channels and bits");
	p->wav->channels = fmt->channels;
	p->wav->rate_hz = fmt->rate_hz;
	return 0;
}

static int read_extensible(struct parser *p, struct cursor *c, size_t n,
			   struct fmt *fmt)
{
	const uint8_t *tail;

	if (n < EXTENSIBLE_BYTES_MIN)
		return refuse(p, ERR_SHORT, "extensible fmt chunk is too "
			      "short");
	cursor_take(c, 8);	/* extra size, valid bits, speaker mask */
	fmt->tag = cursor_u16(c);
	tail = cursor_take(c, sizeof(guid_tail));
	if (!tail || memcmp(tail, guid_tail, sizeof(guid_tail)) != 0)
		return refuse(p, ERR_UNSUPPORTED, "WAV sub-format is not "
			      "known");
	return 0;
}

static int read_fmt(struct parser *p, const uint8_t *bytes, size_t n)
{
	struct cursor c = cursor_init(bytes, n);
	struct fmt fmt = { 0 };
	int ret;

	if (p->has_fmt)
		return refuse(p, ERR_FORMAT, "WAV has two fmt chunks");
	if (n < FMT_BYTES_MIN)
		return refuse(p, ERR_SHORT, "fmt chunk is too short");
	p->has_fmt = true;
	fmt.tag = cursor_u16(&c);
	fmt.channels = cursor_u16(&c);
	fmt.rate_hz = cursor_u32(&c);
	cursor_u32(&c);		/* bytes per second: follows from the rest */
	fmt.align = cursor_u16(&c);
	fmt.bits = cursor_u16(&c);
	if (fmt.tag == TAG_EXTENSIBLE) {
		ret = read_extensible(p, &c, n, &fmt);
		if (ret)
			return ret;
	}
	return check_fmt(p, &fmt);
}

static int read_ds64(struct parser *p, const uint8_t *bytes, size_t n)
{
	struct cursor c = cursor_init(bytes, n);

	if (n < DS64_BYTES_MIN)
		return refuse(p, ERR_SHORT, "ds64 chunk is too short");
	cursor_u64(&c);		/* RIFF size */
	p->ds64_data_bytes = cursor_u64(&c);
	p->has_ds64 = true;
	return 0;
}

/* IEEE 754: all exponent bits set is infinite or NaN; a double of 2^127 and
 * beyond may become an infinite float. */
static bool is_finite(const struct wav *wav, size_t i)
{
	if (wav->encoding == WAV_F32)
		return (le_u32(wav->data + 4 * i) >> 23 & 0xff) != 0xff;
	return (le_u64(wav->data + 8 * i) >> 52 & 0x7ff) < 1023 + 127;
}

static int check_finite(struct parser *p)
{
	const struct wav *wav = p->wav;

	if (wav_is_integer(wav))
		return 0;
	for (size_t i = 0; i < wav->frames * wav->channels; i++) {
		if (is_finite(wav, i))
			continue;
		err_set(p->err, ERR_RANGE,
			"WAV sample is not a finite number (NaN or infinite)");
		err_at(p->err, "frame %zu, channel %zu", i / wav->channels,
		       i % wav->channels);
		err_hint(p->err, "repair the recording, or leave it out with "
			 "--skip-bad");
		return ERR_RANGE;
	}
	return 0;
}

static int read_data(struct parser *p, uint64_t said)
{
	struct wav *wav = p->wav;
	size_t n = cursor_left(&p->cur), frame;

	if (!p->has_fmt)
		return refuse(p, ERR_FORMAT, "WAV has no fmt chunk before its "
			      "data");
	if (said > n)
		wav->repairs |= WAV_REPAIR_LENGTH;
	else
		n = (size_t)said;
	frame = (size_t)wav->channels * sample_bytes[wav->encoding];
	if (n % frame)
		wav->repairs |= WAV_REPAIR_FRAME;
	wav->frames = n / frame;
	wav->data = cursor_take(&p->cur, wav->frames * frame);
	p->has_data = true;
	return check_finite(p);
}

/* A chunk other than data, whose size must be inside the file. */
static int read_small(struct parser *p, const uint8_t *id, uint32_t n)
{
	const uint8_t *bytes = cursor_take(&p->cur, n);

	if (!bytes) {
		err_set(p->err, ERR_SHORT, "WAV chunk says %u bytes, %zu "
			"follow", (unsigned)n, cursor_left(&p->cur));
		err_at(p->err, "offset %zu", cursor_offset(&p->cur));
		return ERR_SHORT;
	}
	if (n % 2 && cursor_left(&p->cur))
		cursor_take(&p->cur, 1);
	if (memcmp(id, "fmt ", 4) == 0)
		return read_fmt(p, bytes, n);
	if (memcmp(id, "ds64", 4) == 0 && p->is_rf64)
		return read_ds64(p, bytes, n);
	return 0;
}

static int read_chunk(struct parser *p)
{
	const uint8_t *id = cursor_take(&p->cur, 4);
	uint32_t n = cursor_u32(&p->cur);

	if (!id || p->cur.err)
		return refuse(p, ERR_SHORT, "WAV ends inside a chunk header");
	if (memcmp(id, "data", 4) != 0)
		return read_small(p, id, n);
	if (p->is_rf64 && n == (uint32_t)LENGTH_ELSEWHERE)
		return read_data(p, p->ds64_data_bytes);
	return read_data(p, n);
}

static int read_form(struct parser *p)
{
	const uint8_t *magic = cursor_take(&p->cur, 4), *form;

	cursor_u32(&p->cur);
	form = cursor_take(&p->cur, 4);
	if (!magic || !form)
		return refuse(p, ERR_SHORT, "too short for a WAV file");
	p->is_rf64 = memcmp(magic, "RF64", 4) == 0;
	if (memcmp(magic, "RIFX", 4) == 0)
		return refuse(p, ERR_UNSUPPORTED, "big-endian WAV (RIFX) is "
			      "not read");
	if (!p->is_rf64 && memcmp(magic, "RIFF", 4) != 0)
		return refuse(p, ERR_FORMAT, "not a WAV file: no RIFF header");
	if (memcmp(form, "WAVE", 4) != 0)
		return refuse(p, ERR_FORMAT, "RIFF file, but not of WAVE "
			      "sound");
	return 0;
}

int wav_parse(struct wav *wav, const void *bytes, size_t n, struct err *err)
{
	struct parser p = { .wav = wav, .cur = cursor_init(bytes, n),
			    .err = err };
	int ret;

	memset(wav, 0, sizeof(*wav));
	ret = read_form(&p);
	while (!ret && !p.has_data && cursor_left(&p.cur)) {
		ret = read_chunk(&p);
		if (!ret && p.is_rf64 && !p.has_ds64)
			ret = refuse(&p, ERR_FORMAT, "RF64 file without its "
				     "ds64 chunk first");
	}
	if (!ret && !p.has_fmt)
		return refuse(&p, ERR_FORMAT, "WAV has no fmt chunk");
	if (!ret && !p.has_data)
		return refuse(&p, ERR_FORMAT, "WAV has no data chunk");
	return ret;
}

const char *wav_repair_text(unsigned repairs)
{
	if (repairs & WAV_REPAIR_LENGTH)
		return "data chunk says more bytes than the file has";
	if (repairs & WAV_REPAIR_FRAME)
		return "last frame is incomplete and left out";
	if (repairs & WAV_REPAIR_ALIGN)
		return "block align is 0";
	return "nothing";
}

int wav_is_integer(const struct wav *wav)
{
	return wav->encoding != WAV_F32 && wav->encoding != WAV_F64;
}

/* G.711: sign, 3-bit segment, 4-bit step, every even bit inverted. */
static int32_t from_alaw(uint8_t byte)
{
	unsigned code = byte ^ 0x55u, segment = code >> 4 & 7;
	int32_t value = (int32_t)((code & 15) << 4) + 8;

	if (segment)
		value = (value + 0x100) << (segment - 1);
	return code & 0x80 ? value : -value;
}

/* G.711: all bits inverted, bias 33 (132 in 16-bit scale). */
static int32_t from_mulaw(uint8_t byte)
{
	unsigned code = ~(unsigned)byte, segment = code >> 4 & 7;
	int32_t value = (int32_t)((((code & 15) << 3) + 0x84) << segment);

	return code & 0x80 ? 0x84 - value : value - 0x84;
}

int32_t wav_integer(const struct wav *wav, size_t i)
{
	const uint8_t *p = wav->data + i * sample_bytes[wav->encoding];

	switch (wav->encoding) {
	case WAV_U8:
		return ((int32_t)p[0] - 128) * 256;
	case WAV_S16:
		return (int16_t)le_u16(p);
	case WAV_S24:
		return (int32_t)((uint32_t)p[0] << 8 | (uint32_t)p[1] << 16 |
				 (uint32_t)p[2] << 24) >> 8;
	case WAV_S32:
		return (int32_t)le_u32(p);
	case WAV_ALAW:
		return from_alaw(p[0]);
	case WAV_MULAW:
		return from_mulaw(p[0]);
	case WAV_F32:
	case WAV_F64:
		break;
	}
	return 0;
}

double wav_full_scale(const struct wav *wav)
{
	if (wav->encoding == WAV_S24)
		return 8388608.0;
	return wav->encoding == WAV_S32 ? 2147483648.0 : 32768.0;
}

float wav_real(const struct wav *wav, size_t i)
{
	uint64_t bits64;
	uint32_t bits32;
	double wide;
	float value;

	if (wav->encoding == WAV_F32) {
		bits32 = le_u32(wav->data + 4 * i);
		memcpy(&value, &bits32, sizeof(value));
		return value;
	}
	if (wav->encoding == WAV_F64) {
		bits64 = le_u64(wav->data + 8 * i);
		memcpy(&wide, &bits64, sizeof(wide));
		return (float)wide;
	}
	return (float)(wav_integer(wav, i) / wav_full_scale(wav));
}
