/*
 * project - tinyml.yaml as one checked struct.
 *
 * A project is a folder with tinyml.yaml, tinyml.lock, artifacts/, labels/
 * and .tinyml/ (a cache that may be deleted).  Keys, types, ranges and
 * defaults stand in one table (schema.def); an unknown key, a wrong type, a
 * duplicate, an anchor or a tag is ERR_FORMAT with line, column and, where one
 * is near, the key that was meant.  tinyml.yaml(5) describes every key.
 *
 * All strings belong to the project and are never NULL; an absent text is "".
 * Paths are as written; project_path makes them usable.
 */
#ifndef TINYML_PROJECT_PROJECT_H
#define TINYML_PROJECT_PROJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "artifact/artifact.h"
#include "base/error.h"

enum project_stage {
	STAGE_COLLECT, STAGE_LABEL, STAGE_TRAIN, STAGE_SQUEEZE, STAGE_SPLIT,
	STAGE_FLASH, STAGE_UPDATE, STAGE_COUNT
};

/* Where something stands in tinyml.yaml, from 1. */
struct text_mark {
	size_t line, column;
};

struct text_list {
	const char **items;
	size_t n;
	const struct text_mark *marks;	/* of the items; NULL: a default */
};

/* A value as text, its NUL included; a longer list is refused. */
enum { PROJECT_VALUE_BYTES = 8192 };

/* A program that does a stage's work: lib/project/command.h. */
struct project_command {
	const char *line;	/* for /bin/sh; "" when there is none */
	struct text_list inputs;
	long timeout_s;		/* 0: never */
};

struct project_collect {
	const char *source, *path, *board;
	const char *match, *label_column;
	long rate_hz, channels, width, height;
	struct text_list columns, full_scale;
	double seconds;
	struct project_command command;
};

struct project_label {
	const char *from, *pattern, *csv, *group;
	struct text_list classes;
	const char *window_by, *normal;
	long window_ms, stride_ms, majority;	/* percent */
	double train_first_s;
	long train, validation, test;
	const char *test_where, *validation_where;
	struct project_command command;
};

/* What the preset decides stands for itself as 0, -1 (low_hz, preemphasis,
 * normalise, top_db) or "auto" (or NULL); features/preset.h fills it in. */
struct project_features {
	const char *preset, *block;
	long window_ms, stride_ms, length_ms, mel_bands, coefficients;
	long low_hz, high_hz;
	long window_samples, stride_samples, fft_points;
	const char *taper, *mel_scale, *energy, *pad;
	double preemphasis, noise_floor_db, top_db;
	long normalise;		/* frames */
	double scale, full_scale;
	long decimate;
	const char *filter;
	double cutoff_hz;
	long order;
	const char *log, *overlap;	/* "yes" or "no" */
	const char *wavelet;
	long level;
	struct text_list statistics;
	long height, width;
	const char *colours;
};

/* Shares are percent of the whole; 0 (or "no") is none. */
struct project_augment {
	long variants;
	double speed, noise_db, tilt_db, gain_db;	/* sound */
	double time_mask, band_mask;
	const char *flip;				/* pictures */
	double move, cutout, brightness;
	double turn, scale, warp, jitter;		/* sensors */
};

struct project_train {
	const char *network;
	struct text_list layers;	/* in place of it */
	const char *start;	/* a model in place of both; "" */
	const char *optimiser, *schedule;
	const char *class_weights;	/* "none" or "balanced" */
	long filters, blocks, epochs, batch, shift_ms, patience, seed;
	long freeze;		/* layers of start that stay as they are */
	double alpha, rate, warm_up, momentum, weight_decay, clip, ema;
	double dropout, label_smoothing;
	struct {
		double percentile;
		long clusters;
	} anomaly;
	struct project_augment augment;
	struct project_command command;
	const char *recordings;	/* "yes" or "no": the command gets them */
};

struct project_squeeze {
	const char *format, *weight_bits, *cluster;
	long prune;		/* percent */
	long fine_tune;		/* epochs after it */
	long samples;		/* to calibrate with */
	const char *method;
	double percentile;
	const char *equalise, *correct_bias;	/* "yes" or "no" */
	const char *stripes;	/* "short", "always" or "never" */
	struct {
		long bytes;	/* of a second memory of the target */
		struct text_list tensors;	/* that lie there */
	} slow;
	struct project_command command;
};

struct project_link {
	double bits_per_second, latency_ms, loss;
	long packet_bytes, header_bytes;
};

struct project_split {
	struct text_list nodes;
	const char *objective;
	struct project_link link;
};

struct project_flash {
	const char *board, *version;
	long counter;
};

struct project_update {
	const char *board, *version;
	long counter;
};

struct project_board {
	const char *name, *type, *at;
};

struct project {
	const char *name, *key, *device_key;
	struct text_list trusted, targets;
	struct project_collect collect;
	struct project_label label;
	struct project_features features;
	struct project_train train;
	struct project_squeeze squeeze;
	struct project_split split;
	struct project_flash flash;
	struct project_update update;
	struct project_board *boards;
	size_t board_count;
	const char *file;	/* tinyml.yaml as messages name it */
	const char *root;	/* the project folder; "." when there is none */
	bool loaded;		/* false: only defaults, no file */
	void *memory;		/* owned; everything above points into it */
};

/*
 * Look for tinyml.yaml in start ("." usually) and upwards and read it.
 * ERR_MISSING when there is none, with a hint at `tinyml init`.
 * project_release in every case.
 */
int project_open(struct project *project, const char *start, struct err *err);

/* The defaults alone: what a stage command uses outside a project. */
int project_defaults(struct project *project, struct err *err);

/* Parse text (n bytes) named name in messages; root is "." */
int project_parse(struct project *project, const char *name, const void *text,
		  size_t n, struct err *err);

void project_release(struct project *project);

/* A path of the file made usable from here. The caller frees. */
char *project_path(const struct project *project, const char *path);

/* The entry of boards: with this name; ERR_MISSING lists the known names. */
int project_board(const struct project *project, const char *name,
		  const struct project_board **board, struct err *err);

/* The value of a key as text ("train.epochs" -> "24"), for parameters that
 * are recorded in artifacts and the lock. NULL when there is no such key. */
const char *project_value(const struct project *project, const char *key,
			  char *room, size_t room_bytes);

/* "collect" ...; and back (-1 when it is none). */
const char *project_stage_name(enum project_stage stage);
int project_stage_find(const char *name);

#endif
