/*
 * collect - from files on disk to recordings.
 *
 * Which files are read, and what one becomes:
 *
 *     wav   .wav .wave       one sound, 16-bit at rate_hz with channels
 *                            (dataset/sound.h)
 *     csv   .csv .tsv        one table of floats; rate_hz is what it says,
 *                            a time column measures how true that is;
 *                            16-bit integers with collect.full_scale; the
 *                            words of collect.label_column become marks
 *     json  .json            every array of rows of numbers in it is a table
 *                            named FILE/LABEL/NUMBER; LABEL is the member
 *                            "label" of the nearest object around it, left
 *                            out when there is none
 *     image .jpg .jpeg .png  one picture of 8 bits, grey or RGB by
 *                            collect.channels, of collect.width x height
 *                            when they are set (dataset/picture.h)
 *     idx   *images* with    images; each is named FILE/LABEL/INDEX, so that
 *           idx3 in the name labels from folder names fit; the label file
 *                            lies beside it (dataset/idx.h)
 *
 * Each may be packed with gzip, FILE.gz, and is then named FILE.  What lies in
 * an archive, ARCHIVE.tar, .tar.gz or .tgz, is named ARCHIVE/NAME (not idx).
 * Only what fits the shell pattern collect.match counts: names relative to
 * the folder or the archive, and '*' stands for '/' too.
 * Letters of endings may be capital; other files are counted and left alone.
 * A file that cannot be used is an error that names it, unless skip_bad.
 */
#ifndef TINYML_DATASET_COLLECT_H
#define TINYML_DATASET_COLLECT_H

#include "base/progress.h"
#include "dataset/dataset.h"
#include "project/project.h"

/* Bytes of one source file. */
#define COLLECT_FILE_BYTES_MAX ((size_t)512 << 20)
/* The same when it is unpacked. */
#define COLLECT_UNPACKED_MAX ((size_t)2 << 30)

struct collect_job {
	const struct project_collect *collect;
	const char *path;	/* collect->path made usable from here */
	bool skip_bad;		/* leave unusable files out, and count them */
	const struct progress *progress;
};

/*
 * Read everything, then add the members of dataset.tar to maker.  summary
 * starts as zeros; dataset_summary_release in every case.
 * ERR_MISSING: no path, or no file of the kind; ERR_FORMAT ... naming the
 * file; ERR_IO; ERR_LIMIT; ERR_MEM.
 */
int dataset_collect(const struct collect_job *job,
		    struct artifact_maker *maker,
		    struct dataset_summary *summary, struct err *err);

#endif
