/*
 * files - a model and samples from plain files instead of artifacts.
 */
#ifndef TINYML_SQUEEZE_FILES_H
#define TINYML_SQUEEZE_FILES_H

#include "squeeze/work.h"

/*
 * Fill as_float, file_bytes, calibration and held_out of w from source (whose
 * samples are not NULL).  split: samples with even numbers calibrate, those
 * with odd ones are held out; otherwise all calibrate.  More than
 * squeeze.calibration.samples are thinned out evenly.  All is untrusted.
 * ERR_* of the model readers and file_read; ERR_UNSUPPORTED: the model is
 * quantised already; ERR_FORMAT: samples or labels that
 * do not fit the model or each other; ERR_RANGE: numbers that are not finite
 * or too large.
 */
int files_open(struct work *w, const struct squeeze_source *source, bool split);

/* Its two halves: the model, whose bytes go into file; the samples. */
int files_read_model(struct work *w, const char *path, struct buf *file);
int files_take_samples(struct work *w, const struct squeeze_source *source,
		       bool split);

#endif
