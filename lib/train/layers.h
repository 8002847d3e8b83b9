/*
 * layers - a network as tinyml.yaml lists it, one layer a line.
 *
 *     steps                        first only: the input (H, W, C) as H
 *                                  steps of W * C channels
 *     conv KxK[/S] N [same|valid] [norm] [ACT]
 *     depthwise KxK[/S] [same|valid] [norm] [ACT]
 *     dense N [norm] [ACT]
 *     max-pool KxK[/S] [same|valid]          stride: the window's size when
 *     average-pool KxK[/S] [same|valid]      it is not said
 *     global-pool
 *     dropout SHARE
 *     lstm N [sequence]
 *     add NAME [ACT]               what came last + the layer NAME
 *     concat NAME                  channels of NAME behind those of the last
 *
 * K is one number or HxW, rows first, and so is the stride S, 1 by itself for
 * convolutions; N is a number, or the word `classes`.  ACT is relu, relu6 or
 * linear (the default).  Windows are `same` unless `valid` is said.  Any line
 * may end in `from NAME` (its input is not the line before) and `as NAME`
 * (a name for later lines); `input` names what the network is fed.
 */
#ifndef TINYML_TRAIN_LAYERS_H
#define TINYML_TRAIN_LAYERS_H

#include "base/buf.h"
#include "project/project.h"
#include "train/net.h"

enum { LAYERS_NAME_MAX = 31 };

struct layers_input {
	struct net_shape shape;
	int classes;
};

/*
 * Make a classifier of the lines.  ERR_FORMAT and ERR_RANGE with file, line
 * and column of the word at fault where list->marks says them, and a hint
 * with the nearest word.  The last line has to give one value a class.
 */
int layers_make(struct net *net, const struct text_list *list,
		const struct layers_input *input, const char *file,
		struct err *err);

/* A layer as a list has it; others by their place, from 0. */
void layers_print(const struct net *net, int layer, struct buf *out);

/* A table of all layers: output shapes, parameters, multiply-accumulates. */
void layers_table(const struct net *net, struct buf *out);

#endif
