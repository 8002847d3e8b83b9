/*
 * dataset - the recordings of a project as one artifact, and back.
 *
 * A recording is one example as it was captured: a sound, a table of sensor
 * rows, or an image.  Recordings are sorted by the bytes of their names, and a
 * recording's place in that order is its id; nothing depends on the order in
 * which a folder was read, on clocks or on where the folder lies.
 *
 * The payload of dataset.tar (stage "collect"), all text tab-separated with
 * one header line, "-" for nothing:
 *
 *     index.tsv     one line a recording, the struct below; the 6-digit id,
 *                   its data member, the first byte of it there, and the
 *                   SHA-256 of the source file: provenance begins with it
 *     data/NNNNNN.s16|f32|u8
 *                   samples, little-endian, interleaved by channel; NNNNNN is
 *                   the id of the first recording inside (recordings out of
 *                   one IDX file lie in one member, others one each)
 *     channels.txt  names of the channels, one a line (tables only)
 *     marks.tsv     what the recordings themselves say they show: id start
 *                   end label, frames, end excluded, sorted, none over
 *                   another; absent when no source said anything
 *     quality.tsv   one line a recording: struct quality
 *     quality.json  the same added up: struct dataset_summary
 *
 * An element of recording r at frame t, column x, channel c is number
 * (t * width + x) * channels + c.  width is 1 except for images, whose frames
 * are rows of pixels.
 */
#ifndef TINYML_DATASET_DATASET_H
#define TINYML_DATASET_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "artifact/artifact.h"
#include "base/error.h"
#include "dataset/quality.h"

enum { DATASET_FORMAT = 1 };

/* Limits; a name is a path relative to the collected folder. */
enum { DATASET_RECORDINGS_MAX = 1 << 20, DATASET_NAME_MAX = 1023,
       DATASET_CHANNELS_MAX = 64, DATASET_MARKS_MAX = 1 << 22,
       DATASET_WORD_MAX = 63 };

enum dataset_kind { DATASET_AUDIO, DATASET_TABLE, DATASET_IMAGE };
enum dataset_type { DATASET_S16, DATASET_F32, DATASET_U8 };

struct dataset_recording {
	const char *name;	/* "yes/anna_3.wav"; "/" on every system, no
				   control characters, valid UTF-8, unique */
	enum dataset_kind kind;
	enum dataset_type type;
	uint32_t rate_hz;	/* frames per second; 0 for images */
	uint32_t frames, width, channels;	/* all at least 1 */
	const uint8_t *bytes;	/* frames * width * channels elements */
	size_t n;		/* bytes */
	struct digest source;	/* SHA-256 of the file it came from */
};

struct dataset_mark {
	uint32_t recording;	/* id */
	uint32_t start, end;	/* frames, start < end */
	const char *label;	/* 1 to DATASET_WORD_MAX bytes */
};

struct dataset {
	enum dataset_kind kind;	/* all recordings agree in kind, type, */
	enum dataset_type type;	/* rate_hz and channels */
	uint32_t rate_hz, channels;
	const struct dataset_recording *recordings;	/* [id] */
	size_t count;
	const struct dataset_mark *marks;	/* by recording, then start */
	size_t mark_count;
	void *memory;
};

/*
 * Read dataset.tar.  The artifact's signature and digests hold by the time it
 * is open, its contents are still not believed: every line of the index is
 * checked against the members and their sizes.  bytes point into the artifact,
 * which must stay open.  dataset_release in every case.
 * ERR_FORMAT, ERR_RANGE, ERR_LIMIT with member and line.
 */
int dataset_read(struct dataset *dataset, const struct artifact *artifact,
		 struct err *err);
void dataset_release(struct dataset *dataset);

/* The recording with this name, or NULL (binary search). */
const struct dataset_recording *
dataset_find(const struct dataset *dataset, const char *name);

/* Bytes of one element. */
size_t dataset_type_bytes(enum dataset_type type);
const char *dataset_type_name(enum dataset_type type);	/* "s16" ... */
const char *dataset_kind_name(enum dataset_kind kind);	/* "audio" ... */

/*
 * Copy elements [first, first + n) of a DATASET_S16 recording; what lies
 * behind the end reads as 0, so that a window may hang over it.
 */
void dataset_read_s16(const struct dataset_recording *recording, size_t first,
		      size_t n, int16_t *out);

/*
 * Building.  Add recordings in any order: a reader of files, a simulated
 * board's stream and a test do it alike.
 */
struct dataset_builder;

struct dataset_builder *dataset_build(void);	/* NULL: out of memory */
void dataset_builder_release(struct dataset_builder *builder);

/*
 * Add one recording; name and bytes are copied.  measured may be NULL (it is
 * measured here); a reader that knows more (gaps and jitter of a table) passes
 * what quality_measure gave with that filled in.
 * pack joins recordings in one data member: equal non-zero numbers of
 * consecutive additions; 0 stands alone.
 * ERR_FORMAT: no frames, an unusable name, or a kind, type, rate or channel
 * count unlike the first one's; ERR_LIMIT; ERR_MEM.
 */
int dataset_add_recording(struct dataset_builder *builder,
			  const struct dataset_recording *recording,
			  const struct quality *measured, uint32_t pack,
			  struct err *err);

/* Frames [start, end) of the recording added last show label, which is copied;
 * in ascending order.  ERR_FORMAT (a word that cannot be a label, outside of
 * the recording), ERR_LIMIT, ERR_MEM. */
int dataset_add_mark(struct dataset_builder *builder, uint32_t start,
		     uint32_t end, const char *label, struct err *err);

/* Names of the channels (tables), recorded in channels.txt. */
int dataset_name_channels(struct dataset_builder *builder,
			  const char *const *names, size_t n,
			  struct err *err);

/*
 * Sort, number, find duplicates, and add every member to the maker.  summary
 * (never NULL) holds counts the caller collected before (skipped, repaired,
 * resampled) and gets the rest.  ERR_FORMAT: no recording, or two of one name.
 */
int dataset_finish(struct dataset_builder *builder,
		   struct artifact_maker *maker,
		   struct dataset_summary *summary, struct err *err);

#endif
