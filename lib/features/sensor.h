/*
 * sensor - the part of a recipe that all blocks for sensors begin with
 * (dsp/motion.h).
 */
#ifndef TINYML_FEATURES_SENSOR_H
#define TINYML_FEATURES_SENSOR_H

#include "dsp/log.h"
#include "features/make_priv.h"

struct sensor {
	long rows, rows_kept;		/* before and after decimation */
	double rate;			/* after decimation */
	int decimators, order;
	uint8_t ratios[4];
	bool is_low, is_high;
};

/* Axes and rows checked, no filters. */
int sensor_init(struct sensor *sensor, const struct make *make,
		struct err *err);

/* decimate, filter, cutoff_hz and order as well. */
int sensor_filters(struct sensor *sensor, const struct make *make,
		   struct err *err);

/* The header of a kind that gives `numbers` for every axis. */
void sensor_begin(struct buf *blob, const struct sensor *sensor,
		  const struct make *make, enum dsp_kind_id kind,
		  long numbers);

void sensor_add_real(struct buf *blob, double x);

#endif
