#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "bits/crc.h"
#include "bits/le.h"
#include "oracle.h"

/* One window only, so that thousands of damaged blocks can be run. */
static struct project_features short_clip(void)
{
	struct project_features f = oracle_kws;

	f.length_ms = 50;
	f.high_hz = 2000;
	f.mel_bands = 12;
	return f;
}

static void repair_crc(uint8_t *block, size_t n)
{
	le_put32(block + 12, crc32(0, block + 16, n - 16));
}

/* Memory of exactly n bytes with a known pattern behind it. */
static uint8_t *guarded(size_t n)
{
	uint8_t *p = malloc(n + 16);

	memset(p + n, 0xa5, 16);
	return p;
}

static void check_guard(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < 16; i++)
		cr_assert_eq(p[n + i], 0xa5);
	free(p);
}

/* Whatever dsp_open accepts must stay inside its memory. */
static void run_guarded(const struct dsp_recipe *r)
{
	size_t out_bytes = dsp_outputs(r) * 4, pcm_bytes = 2 * 1000;
	size_t scratch_bytes = dsp_scratch_bytes(r);
	uint8_t *out = guarded(out_bytes), *pcm = guarded(pcm_bytes);
	uint8_t *scratch = guarded(scratch_bytes);

	cr_assert(scratch_bytes <= DSP_MFCC_SCRATCH_MAX);
	for (size_t i = 0; i < pcm_bytes; i++)
		pcm[i] = (uint8_t)(i * 77 ^ i >> 3);
	dsp_compute(r, (int16_t *)(void *)pcm, pcm_bytes / 2, 0,
		    (int32_t *)(void *)out, scratch);
	check_guard(out, out_bytes);
	check_guard(pcm, pcm_bytes);
	check_guard(scratch, scratch_bytes);
}

Test(recipe, opens_what_features_make)
{
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;

	oracle_blob(&oracle_kws, 16000, &blob);
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), 0);
	cr_assert_eq(r.frames, 49);
	cr_assert_eq(r.coefficients, 10);
	cr_assert_eq(r.mfcc.fft_log2, 9);
	cr_assert_eq(dsp_outputs(&r), 490);
	cr_assert_eq(dsp_scratch_bytes(&r), 2384);
	cr_assert_eq(dsp_mfcc_bytes(&r), blob.len);
	cr_assert_eq(r.mfcc.window[240], 1 << 30);
	cr_assert_eq(r.mfcc.cosine[0], INT32_MAX);
	cr_assert_eq(r.mfcc.cosine[128], 0);
	buf_release(&blob);
}

Test(recipe, every_flipped_bit_is_refused)
{
	struct project_features f = short_clip();
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;

	oracle_blob(&f, 8000, &blob);
	for (size_t bit = 0; bit < blob.len * 8; bit++) {
		blob.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		cr_assert_neq(dsp_open(blob.data, blob.len, &r), 0,
			      "bit %zu", bit);
		blob.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), 0);
	buf_release(&blob);
}

Test(recipe, flipped_bits_under_a_repaired_crc_are_refused_or_harmless)
{
	struct project_features f = short_clip();
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	size_t accepted = 0;

	oracle_blob(&f, 8000, &blob);
	for (size_t bit = 16 * 8; bit < blob.len * 8; bit++) {
		uint8_t *copy = malloc(blob.len);

		memcpy(copy, blob.data, blob.len);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		repair_crc(copy, blob.len);
		if (dsp_open(copy, blob.len, &r) == 0) {
			run_guarded(&r);
			accepted++;
		}
		free(copy);
	}
	cr_assert(accepted > 1000);
	buf_release(&blob);
}

Test(recipe, tables_of_rubbish_are_refused_or_harmless)
{
	struct project_features f = short_clip();
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	struct rng rng;

	oracle_blob(&f, 8000, &blob);
	for (int round = 0; round < 3000; round++) {
		uint8_t *copy = malloc(blob.len);

		rng_init(&rng, 11, (uint64_t)round);
		memcpy(copy, blob.data, blob.len);
		for (int i = 0; i < 1 + round % 40; i++) {
			size_t at = 40 + rng_below(&rng,
						   (uint32_t)blob.len - 40);

			copy[at] = (uint8_t)rng_below(&rng, 256);
		}
		repair_crc(copy, blob.len);
		if (dsp_open(copy, blob.len, &r) == 0)
			run_guarded(&r);
		free(copy);
	}
	buf_release(&blob);
}

/* The largest entries that are let through, all at once. */
Test(recipe, the_loudest_tables_overflow_nothing)
{
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;
	struct project_features f = short_clip();
	size_t dct_at;

	oracle_blob(&f, 8000, &blob);
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), 0);
	memset(blob.data + 40, 0xff, 8);	/* log_floor */
	for (size_t i = 0; i <= r.mfcc.window_samples / 2u; i++)
		le_put32(blob.data + 56 + 4 * i, 1 << 30);
	dct_at = (size_t)((const uint8_t *)r.mfcc.dct - blob.data);
	for (size_t i = 0; i < (size_t)r.coefficients * r.mfcc.mel_bands; i++)
		le_put16(blob.data + dct_at + 2 * i, 0x8000);
	repair_crc(blob.data, blob.len);
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), 0);
	run_guarded(&r);
	buf_release(&blob);
}

Test(recipe, every_truncation_is_refused)
{
	struct project_features f = short_clip();
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;

	oracle_blob(&f, 8000, &blob);
	for (size_t n = 0; n < blob.len; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		int ret;

		memcpy(copy, blob.data, n);
		ret = dsp_open(copy, n, &r);
		cr_assert_eq(ret, ERR_SHORT, "%zu bytes: %d", n, ret);
		free(copy);
	}
	cr_assert_eq(dsp_open(NULL, 100, &r), ERR_SHORT);
	buf_release(&blob);
}

Test(recipe, bytes_behind_the_end_are_refused)
{
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;

	oracle_blob(&oracle_kws, 16000, &blob);
	buf_add32(&blob, 0);
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), ERR_FORMAT);
	le_put32(blob.data + 8, (uint32_t)blob.len);
	repair_crc(blob.data, blob.len);
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), ERR_FORMAT);
	buf_release(&blob);
}

Test(recipe, other_versions_kinds_and_odd_addresses_are_refused)
{
	struct buf blob = BUF_INIT;
	struct dsp_recipe r;

	oracle_blob(&oracle_kws, 16000, &blob);
	blob.data[4] = 2;
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), ERR_UNSUPPORTED);
	blob.data[4] = 1;
	blob.data[6] = 9;
	cr_assert_eq(dsp_open(blob.data, blob.len, &r), ERR_UNSUPPORTED);
	blob.data[6] = 1;
	buf_grow(&blob, 8);
	memmove(blob.data + 2, blob.data, blob.len - 8);
	cr_assert_eq(dsp_open(blob.data + 2, blob.len - 8, &r), ERR_FORMAT);
	buf_release(&blob);
}
