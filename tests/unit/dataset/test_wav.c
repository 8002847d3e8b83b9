#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "bits/le.h"
#include "dataset/wav.h"
#include "make_wav.h"

#define VECTORS "../shared/vectors/wav"

static const int16_t four[4] = { 1, -2, 32767, -32768 };

static int parse(struct wav *wav, const struct make_wav *m, const void *data,
		 size_t n, struct err *err)
{
	static struct buf file;		/* kept: wav borrows it */

	buf_clear(&file);
	make_wav(&file, m, data, n);
	return wav_parse(wav, file.data, file.len, err);
}

Test(wav, sixteen_bits_come_as_stored)
{
	struct make_wav m = MAKE_WAV;
	struct wav wav;

	cr_assert_eq(parse(&wav, &m, four, 8, NULL), 0);
	cr_assert_eq(wav.frames, 4);
	cr_assert_eq(wav.rate_hz, 16000);
	cr_assert_eq(wav.repairs, 0);
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(wav_integer(&wav, i), four[i]);
	cr_assert_float_eq(wav_real(&wav, 3), -1.0f, 0);
}

Test(wav, twenty_four_bits_keep_their_sign)
{
	struct make_wav m = { 1, 1, 8000, 3, 24, -1 };
	const uint8_t data[6] = { 0xff, 0xff, 0x7f, 0x00, 0x00, 0x80 };
	struct wav wav;

	cr_assert_eq(parse(&wav, &m, data, 6, NULL), 0);
	cr_assert_eq(wav_integer(&wav, 0), 8388607);
	cr_assert_eq(wav_integer(&wav, 1), -8388608);
	cr_assert_float_eq(wav_real(&wav, 1), -1.0f, 0);
}

Test(wav, lying_length_never_reads_behind_the_file)
{
	struct make_wav m = MAKE_WAV;
	struct wav wav;

	m.said = 6000;
	cr_assert_eq(parse(&wav, &m, four, 7, NULL), 0);
	cr_assert_eq(wav.frames, 3);
	cr_assert_eq(wav.repairs, WAV_REPAIR_LENGTH | WAV_REPAIR_FRAME);
	m.said = 0xffffffff;
	cr_assert_eq(parse(&wav, &m, four, 8, NULL), 0);
	cr_assert_eq(wav.frames, 4);
}

Test(wav, no_samples_is_valid_and_empty)
{
	struct make_wav m = MAKE_WAV;
	struct wav wav;

	cr_assert_eq(parse(&wav, &m, "", 0, NULL), 0);
	cr_assert_eq(wav.frames, 0);
}

Test(wav, zero_fields_and_disagreement_are_refused)
{
	static const struct make_wav bad[] = {
		{ 1, 0, 16000, 2, 16, -1 }, { 1, 1, 0, 2, 16, -1 },
		{ 1, 1, 16000, 2, 0, -1 }, { 1, 1, 16000, 4, 16, -1 },
		{ 1, 1, 16000, 2, 12, -1 }, { 0x11, 1, 16000, 2, 4, -1 },
		{ 1, 65, 16000, 130, 16, -1 }, { 1, 1, 1 << 21, 2, 16, -1 },
	};
	struct wav wav;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = { 0 };

		cr_assert_lt(parse(&wav, &bad[i], four, 8, &err), 0, "%zu", i);
		cr_assert_neq(err.text[0], '\0');
	}
}

Test(wav, nan_and_infinity_are_refused_with_their_place)
{
	static const uint32_t bad[] = { 0x7fc00000, 0x7f800000, 0xff800000 };
	struct make_wav m = { 3, 1, 16000, 4, 32, -1 };

	for (size_t i = 0; i < 3; i++) {
		uint8_t data[8] = { 0 };
		struct err err = { 0 };
		struct wav wav;

		le_put32(data + 4, bad[i]);
		cr_assert_eq(parse(&wav, &m, data, 8, &err), ERR_RANGE);
		cr_assert_str_eq(err.place, "frame 1, channel 0");
	}
}

Test(wav, a_double_beyond_float_is_refused)
{
	struct make_wav m = { 3, 1, 16000, 8, 64, -1 };
	uint8_t data[8];
	struct wav wav;

	le_put64(data, 0x7e37e43c8800759cu);	/* 1e300 */
	cr_assert_eq(parse(&wav, &m, data, 8, NULL), ERR_RANGE);
}

Test(wav, every_truncation_ends_in_words_or_fewer_frames)
{
	struct make_wav m = MAKE_WAV;
	struct buf file = BUF_INIT;

	make_wav(&file, &m, four, 8);
	for (size_t n = 0; n < file.len; n++) {
		/* asan sees overreads */
		uint8_t *exact = malloc(n ? n : 1);
		struct wav wav;

		memcpy(exact, file.data, n);
		if (wav_parse(&wav, exact, n, NULL) == 0)
			cr_assert_lt(wav.frames, 4);
		else
			cr_assert_leq(n, 44);
		free(exact);
	}
	buf_release(&file);
}

static int same_sample(const struct wav *wav, const char *type,
		       const uint8_t *raw, size_t i)
{
	uint32_t bits;
	float value;

	if (strcmp(type, "int16") == 0)
		return wav_integer(wav, i) == (int16_t)le_u16(raw + 2 * i);
	if (strcmp(type, "float32") == 0) {
		value = wav_real(wav, i);
		memcpy(&bits, &value, 4);
		return bits == le_u32(raw + 4 * i);
	}
	return wav_integer(wav, i) == (int32_t)le_u32(raw + 4 * i);
}

static void check_good(char *line)
{
	char *name = strsep(&line, "\t"), *rate = strsep(&line, "\t"),
	     *channels = strsep(&line, "\t"), *frames = strsep(&line, "\t"),
	     *type, path[256];
	struct buf file = BUF_INIT, raw = BUF_INIT;
	struct wav wav;

	strsep(&line, "\t");
	strsep(&line, "\t");
	type = strsep(&line, "\t");
	snprintf(path, sizeof(path), VECTORS "/%s", name);
	cr_assert_eq(file_read(path, 1 << 20, &file, NULL), 0, "%s", path);
	snprintf(path, sizeof(path), VECTORS "/%.*s.raw",
		 (int)strlen(name) - 4, name);
	cr_assert_eq(file_read(path, 1 << 20, &raw, NULL), 0, "%s", path);
	cr_assert_eq(wav_parse(&wav, file.data, file.len, NULL), 0, "%s", name);
	cr_assert_eq(wav.rate_hz, strtoul(rate, NULL, 10), "%s", name);
	cr_assert_eq(wav.channels, strtoul(channels, NULL, 10), "%s", name);
	cr_assert_eq(wav.frames, strtoul(frames, NULL, 10), "%s", name);
	for (size_t i = 0; i < wav.frames * wav.channels; i++)
		cr_assert(same_sample(&wav, type, raw.data, i), "%s: %zu",
			  name, i);
	buf_release(&file);
	buf_release(&raw);
}

/* All three readers refuse: we must. They read: no more samples than bytes. */
static void check_hostile(const char *line)
{
	char name[64], path[256];
	struct buf file = BUF_INIT;
	struct wav wav;
	const char *p = line;
	int refused = 0, ret;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "\t"), line);
	while ((p = strstr(p, "\trefuses")) != NULL) {
		refused++;
		p++;
	}
	snprintf(path, sizeof(path), VECTORS "/%s", name);
	cr_assert_eq(file_read(path, 1 << 20, &file, NULL), 0, "%s", path);
	ret = wav_parse(&wav, file.data, file.len, NULL);
	if (refused == 3)
		cr_assert_lt(ret, 0, "%s must be refused", name);
	if (ret == 0)
		cr_assert_leq(wav.frames * wav.channels, file.len, "%s", name);
	buf_release(&file);
}

static size_t each_line(const char *table, void (*check)(char *))
{
	struct buf text = BUF_INIT;
	char *rest, *line;
	size_t n = 0;

	if (file_read(table, 1 << 20, &text, NULL))
		cr_skip_test("no vectors beside the repository");
	rest = (char *)text.data;
	strsep(&rest, "\n");
	while ((line = strsep(&rest, "\n")) != NULL && *line) {
		check(line);
		n++;
	}
	buf_release(&text);
	return n;
}

static void check_hostile_line(char *line)
{
	check_hostile(line);
}

Test(wav, good_vectors_decode_exactly)
{
	cr_assert_geq(each_line(VECTORS "/good.tsv", check_good), 19);
}

Test(wav, hostile_vectors_follow_their_table)
{
	cr_assert_geq(each_line(VECTORS "/hostile.tsv", check_hostile_line),
		      20);
}
