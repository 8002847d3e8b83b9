/*
 * report - what `tinyml device` says, as text for people, as tab-separated
 * lines and as JSON.  The latter two are promises: tinyml-device(1) lists
 * their fields, which only ever grow at the end.
 */
#ifndef TINYML_LINK_REPORT_H
#define TINYML_LINK_REPORT_H

#include "base/buf.h"
#include "link/emulator.h"
#include "link/probe.h"
#include "link/scan.h"
#include "project/project.h"

enum report_form { REPORT_TEXT, REPORT_LINES, REPORT_JSON };

/* The board database. */
void report_types(struct buf *out, enum report_form form);

/* The project's boards, known USB devices, serial ports. probes, one for each
 * port, is NULL when they were not asked. */
void report_list(struct buf *out, enum report_form form,
		 const struct project *project, const struct scan *scan,
		 const struct probe *probes);

/* What a board says of itself; its words are neutralised. */
void report_info(struct buf *out, enum report_form form,
		 const struct place *place, const struct wire_info *info);

#endif
