#include "dataset/quality.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/json.h"
#include "bits/le.h"
#include "dataset/dataset.h"

static double clamp_finite(double v)
{
	return v - v == 0 ? v : 0;
}

static void measure_s16(struct quality *q, const uint8_t *p)
{
	uint64_t sum = 0;
	int32_t peak = 0;

	for (uint64_t i = 0; i < q->samples; i++) {
		int32_t v = (int16_t)le_u16(p + 2 * i), size = v < 0 ? -v : v;

		sum += (uint64_t)(size * (int64_t)size);
		peak = size > peak ? size : peak;
		q->clipped += v == 32767 || v == -32768;
	}
	q->peak = peak / 32768.0;
	q->rms = sqrt((double)sum / (double)q->samples) / 32768.0;
	q->silent = q->rms < QUALITY_SILENT;
}

static void measure_u8(struct quality *q, const uint8_t *p)
{
	uint64_t sum = 0;
	int peak = 0;

	for (uint64_t i = 0; i < q->samples; i++) {
		sum += (uint64_t)p[i] * p[i];
		peak = p[i] > peak ? p[i] : peak;
	}
	q->peak = peak / 255.0;
	q->rms = sqrt((double)sum / (double)q->samples) / 255.0;
}

static void measure_f32(struct quality *q, const uint8_t *p)
{
	double sum = 0, peak = 0;

	for (uint64_t i = 0; i < q->samples; i++) {
		uint32_t bits = le_u32(p + 4 * i);
		double size;
		float v;

		memcpy(&v, &bits, sizeof(v));
		size = v < 0 ? -(double)v : (double)v;
		sum += size * size;
		peak = size > peak ? size : peak;
	}
	q->peak = peak;
	q->rms = clamp_finite(sqrt(sum / (double)q->samples));
}

struct quality quality_measure(const struct dataset_recording *r)
{
	struct quality q = { .samples = (uint64_t)r->frames * r->width *
					r->channels };

	if (r->rate_hz)
		q.seconds = (double)r->frames / r->rate_hz;
	if (q.samples == 0)
		return q;
	if (r->type == DATASET_S16)
		measure_s16(&q, r->bytes);
	else if (r->type == DATASET_U8)
		measure_u8(&q, r->bytes);
	else
		measure_f32(&q, r->bytes);
	return q;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Mean and deviation of the sorted intervals up to limit. */
static void measure_intervals(struct quality *q, const double *intervals,
			      size_t n, double limit)
{
	double sum = 0, squares = 0, mean;
	size_t used = 0;

	for (; used < n && intervals[used] <= limit; used++)
		sum += intervals[used];
	mean = sum / (double)used;
	for (size_t i = 0; i < used; i++)
		squares += (intervals[i] - mean) * (intervals[i] - mean);
	q->gaps = n - used;
	q->jitter_ms = 1000 * sqrt(squares / (double)used);
	q->true_rate_hz = 1 / mean;
}

int quality_times(struct quality *quality, const double *seconds, size_t n,
		  struct err *err)
{
	double *intervals;
	size_t used = 0;

	if (n < 2)
		return 0;
	intervals = malloc((n - 1) * sizeof(*intervals));
	if (!intervals)
		return err_nomem(err);
	for (size_t i = 1; i < n; i++) {
		if (seconds[i] > seconds[i - 1])
			intervals[used++] = seconds[i] - seconds[i - 1];
		else
			quality->repeats++;
	}
	qsort(intervals, used, sizeof(*intervals), by_value);
	if (used)
		measure_intervals(quality, intervals, used,
				  QUALITY_GAP * intervals[used / 2]);
	free(intervals);
	return 0;
}

void dataset_summary_release(struct dataset_summary *summary)
{
	buf_release(&summary->notes);
}

void dataset_note(struct dataset_summary *summary, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	if (summary->note_count++ >= QUALITY_NOTES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	buf_addf(&summary->notes, "%s\n", line);
}

void dataset_summary_json(const struct dataset_summary *s, struct buf *out)
{
	const struct {
		const char *key;
		uint64_t value;
	} counts[] = {
		{ "recordings", s->recordings }, { "sources", s->sources },
		{ "samples", s->samples }, { "clipped_samples", s->clipped },
		{ "clipped_recordings", s->with_clipping },
		{ "silent_recordings", s->silent },
		{ "duplicates", s->duplicates }, { "gaps", s->gaps },
		{ "recordings_with_gaps", s->with_gaps },
		{ "repeated_times", s->repeats }, { "skipped", s->skipped },
		{ "ignored", s->ignored }, { "repaired", s->repaired },
		{ "resampled", s->resampled }, { "mixed", s->mixed },
		{ "lost_samples", s->lost },
	};
	const struct {
		const char *key;
		double value;
	} reals[] = {
		{ "seconds", s->seconds }, { "shortest_s", s->shortest_s },
		{ "longest_s", s->longest_s }, { "peak", s->peak },
		{ "rms", s->rms }, { "worst_jitter_ms", s->jitter_ms },
		{ "slowest_hz", s->slowest_hz },
		{ "fastest_hz", s->fastest_hz },
	};
	struct json json;

	json_init(&json, out);
	json_object(&json, NULL);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		json_int(&json, counts[i].key, (int64_t)counts[i].value);
	for (size_t i = 0; i < sizeof(reals) / sizeof(reals[0]); i++)
		json_real(&json, reals[i].key, reals[i].value);
	json_end(&json);
}

static double decibels(double level)
{
	return level > 0 ? 20 * fmath_log(level) / fmath_log(10) : -120;
}

static void text_sound(const struct dataset_summary *s, struct buf *out)
{
	buf_addf(out, "length      %.1f s in all, %.2f to %.2f s each\n",
		 s->seconds, s->shortest_s, s->longest_s);
	if (s->is_sound)
		buf_addf(out, "level       peak %.1f dB, rms %.1f dB\n",
			 decibels(s->peak), decibels(s->rms));
}

static void text_count(struct buf *out, const char *what, uint64_t n,
		       const char *of)
{
	if (n)
		buf_addf(out, "%-12s%llu %s\n", what, (unsigned long long)n,
			 of);
}

void dataset_summary_text(const struct dataset_summary *s, struct buf *out)
{
	if (s->is_live)
		buf_addf(out, "recordings  %zu from a board\n",
			 s->recordings);
	else
		buf_addf(out, "recordings  %zu from %zu files\n",
			 s->recordings, s->sources);
	if (s->seconds > 0)
		text_sound(s, out);
	text_count(out, "resampled", s->resampled, "files");
	text_count(out, "mixed down", s->mixed, "files");
	if (s->clipped)
		buf_addf(out, "clipped     %llu samples in %zu recordings\n",
			 (unsigned long long)s->clipped, s->with_clipping);
	text_count(out, "silent", s->silent, "recordings");
	text_count(out, "duplicates", s->duplicates, "files");
	if (s->fastest_hz > 0)
		buf_addf(out, "true rate   %.5g to %.5g %s per second, "
			 "jitter up to %.3g ms\n", s->slowest_hz,
			 s->fastest_hz, s->is_live ? "samples" : "rows",
			 s->jitter_ms);
	if (s->gaps)
		buf_addf(out, "gaps        %llu in %zu recordings\n",
			 (unsigned long long)s->gaps, s->with_gaps);
	text_count(out, "lost", s->lost, "samples on the way");
	text_count(out, "repeats", s->repeats, "rows whose time stands still");
	text_count(out, "repaired", s->repaired, "files");
	text_count(out, "skipped", s->skipped, "bad files");
	text_count(out, "ignored", s->ignored, "files of other kinds");
}
