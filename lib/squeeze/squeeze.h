/*
 * squeeze - from the trained float model to what a board can hold.
 *
 * One target-neutral int8 graph, a plan and an image for every target, and an
 * honest comparison of float and int8 on recordings that were not trained on.
 *
 * The payload of squeezed.tar (stage "squeeze"):
 *
 *     model.tflite        the int8 graph
 *     features.bin        the recipe, unchanged from the model's
 *     features.yaml
 *     classes.txt
 *     golden.bin          model inputs (int8), outputs: as in the images
 *     golden.pcm          the sounds they come from, s16, one clip each
 *     report.json         struct squeeze_report
 *     report.txt          the same for people
 *     TARGET/model.tflite, golden.bin
 *                         instead of those above where the target's variant
 *                         is another one than the first target's
 *     TARGET/plan.txt     schedule, offsets, bytes, MACs
 *     TARGET/model.img    the model image (image/model_image.h), unsigned
 *     TARGET/model.c      the same model as readable C
 *
 * Accuracy is measured on the test part; when that is empty, on the validation
 * part; part says which.  Inputs of the int8 model come from the integer
 * features as on a board, so these figures are the board's.
 */
#ifndef TINYML_SQUEEZE_SQUEEZE_H
#define TINYML_SQUEEZE_SQUEEZE_H

#include "artifact/artifact.h"
#include "base/progress.h"
#include "dataset/dataset.h"
#include "features/items.h"
#include "labels/labels.h"
#include "model/model.h"
#include "project/stage.h"

enum { SQUEEZE_FORMAT = 1, SQUEEZE_TARGETS_MAX = 32,
       SQUEEZE_GOLDEN_MAX = 8 };

/* What to squeeze: an artifact (NULL: the project's), or, with samples, a
 * .tflite or .onnx file, inputs for it as float32 one after another, and
 * their classes, one number a line (NULL: unknown). */
struct squeeze_source {
	const char *operand, *samples, *labels;
	/* let layers of a model that was quantised before round as TensorFlow
	 * Lite does, which boards have fast kernels for */
	bool rounds_twice;
};

/* How one model answers a part. */
struct squeeze_score {
	size_t right, count;
};

struct squeeze_target {
	const char *name;	/* of the board database */
	uint32_t arena_bytes, bound_bytes, arena_room;	/* first memory */
	uint32_t slow_bytes, slow_room;		/* second */
	uint32_t image_bytes, image_room;
	uint32_t const_bytes;
	uint64_t instructions;	/* of one inference, estimated */
	bool is_optimal;	/* the arena is proven to be the smallest */
	/* With squeeze.format "auto" the variant made for it, which section of
	 * tinyml.yaml makes it alone, its answers, and why it; else NULL */
	const char *variant, *section;
	struct squeeze_score score;
	char why[160];
};

struct squeeze_report {
	const char *part;	/* "test" or "validation" */
	const char *format;	/* of the quantised model: "int8" ... */
	struct squeeze_score as_float, as_int8;
	size_t agree;		/* items both answer alike */
	size_t calibrated;	/* samples that set the ranges */
	uint64_t macs;
	size_t float_bytes, int8_bytes;	/* of the .tflite files */
	struct squeeze_target targets[SQUEEZE_TARGETS_MAX];
	size_t target_count;
};

/*
 * The whole stage: operand is the model artifact (NULL: the project's).
 * Writes the output and fills the report.  ERR_NOFIT says how many bytes of
 * what are missing on which target; then nothing is written.
 */
int squeeze_stage(struct stage *stage, const char *operand, int threads,
		  const struct progress *progress,
		  struct squeeze_report *report, struct err *err);

/* Does it fit into the arena and the slot of its board? */
bool squeeze_fits(const struct squeeze_target *target);

/* Append one target's line, and the whole report as text and as JSON. */
void squeeze_print_target(const struct squeeze_target *target,
			  struct buf *out);
void squeeze_print(const struct squeeze_report *report, struct buf *out);
void squeeze_json(const struct squeeze_report *report, struct buf *out);

/* Does the file at path begin as a .tflite or .onnx file?  NULL is none. */
bool squeeze_is_file(const char *path);

/* Does the name of an output ask for an artifact?  It ends in ".tar". */
bool squeeze_wants_artifact(const char *output);

/*
 * The model of a plain file, quantised as the project's squeeze section says
 * (outside of a project: as its defaults say), appended to out as .tflite.
 * A model that is quantised already needs no samples and keeps its integers;
 * floats at its ends become int8 (quant/ports.h).  A .tflite without any is
 * handed on byte by byte.
 *
 * When stage->output wants an artifact, one of the stage "squeeze" is written
 * there instead, with plans, images and C for the project's targets, without
 * features and classes.  Its golden inputs are samples, or seeded noise when
 * there are none.
 *
 * report gets what was done, as text or as JSON.  ERR_USAGE when samples are
 * missing; ERR_UNSUPPORTED for a quantised model with floats inside, or, for an
 * artifact, one with several inputs or outputs; those of quant_make and of the
 * targets.
 */
struct squeeze_file_report {
	struct buf *text;
	bool json;
};
int squeeze_file(struct stage *stage, const struct squeeze_source *source,
		 const struct progress *progress, struct buf *out,
		 const struct squeeze_file_report *report, struct err *err);

/* ---- parts of it, used by later stages and tests ------------------------- */

/* Integer features of one clip to the model's int8 input tensor. */
struct squeeze_input {
	int32_t multiplier, zero;
	int shift;
};

/* From the quantisation of the model's input. ERR_UNSUPPORTED unless it is one
 * int8 tensor with one scale; ERR_RANGE as features_quantiser. */
int squeeze_input_of(const struct model *int8_model,
		     struct squeeze_input *input, struct err *err);

/* features: n floats as features_items gives them (integers * 2^-16). */
void squeeze_quantise(const struct squeeze_input *input, const float *features,
		      size_t n, int8_t *out);

/* Index of the largest of n outputs; the first among equals. */
size_t squeeze_argmax_s8(const int8_t *outputs, size_t n);
size_t squeeze_argmax_f32(const float *outputs, size_t n);

#endif
