/*
 * quality - what was recorded, measured: per recording and in all.
 *
 * Levels are fractions of full scale (32768 for s16, 255 for u8 images, 1 for
 * f32).  A sound's sample is clipped when it is at full scale, 32767 or
 * -32768, after all conversion; a sound is silent when its rms is below
 * QUALITY_SILENT (-60 dB).  Tables and images know neither; peak and rms of a
 * table are in the sensor's own unit.
 *
 * For tables with a time column: the step is the median of the intervals; a
 * gap is an interval of more than QUALITY_GAP steps; repeats are rows whose
 * time does not advance; jitter is the standard deviation of the intervals
 * that are neither; the true rate is 1 / their mean.
 */
#ifndef TINYML_DATASET_QUALITY_H
#define TINYML_DATASET_QUALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

#define QUALITY_SILENT 0.001
#define QUALITY_GAP 1.5

struct quality {
	uint64_t samples;	/* elements */
	double seconds;		/* 0 for images */
	double peak, rms;
	uint64_t clipped;
	bool silent;
	/* tables with a time column only, otherwise 0 */
	uint64_t gaps, repeats;
	double jitter_ms, true_rate_hz;
};

/* The whole collection. */
struct dataset_summary {
	size_t recordings, sources;	/* sources: files */
	bool is_sound;
	uint64_t samples;
	double seconds, shortest_s, longest_s;
	double peak, rms;
	uint64_t clipped;
	size_t with_clipping, silent, duplicates;
	size_t with_gaps;
	uint64_t gaps, repeats;
	double jitter_ms;		/* the worst recording's */
	double slowest_hz, fastest_hz;	/* true rates of tables */
	/* counted by who reads the files */
	size_t skipped;		/* bad files left out with --skip-bad */
	size_t ignored;		/* files of other kinds */
	size_t repaired;	/* files whose header lied harmlessly */
	size_t resampled, mixed;
	/* of a board's stream only */
	bool is_live;
	uint64_t lost;		/* frames that did not arrive */
	/* things to warn about, one line each with '\n' behind it; only the
	 * first QUALITY_NOTES_MAX are kept, note_count counts all */
	struct buf notes;
	size_t note_count;
};

enum { QUALITY_NOTES_MAX = 20 };

void dataset_summary_release(struct dataset_summary *summary);

/* Add one line to notes, or only count it. */
void dataset_note(struct dataset_summary *summary, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

struct dataset_recording;

/* What the samples alone tell. */
struct quality quality_measure(const struct dataset_recording *recording);

/* Fill gaps, repeats, jitter and true rate from n >= 2 row times in seconds.
 * ERR_MEM. */
int quality_times(struct quality *quality, const double *seconds, size_t n,
		  struct err *err);

/* The summary as JSON (quality.json and `collect --json`). */
void dataset_summary_json(const struct dataset_summary *summary,
			  struct buf *out);

/* The summary for people, a few aligned lines. */
void dataset_summary_text(const struct dataset_summary *summary,
			  struct buf *out);

#endif
