/*
 * cluster - weights of a filter that take few values.
 */
#ifndef TINYML_QUANT_CLUSTER_H
#define TINYML_QUANT_CLUSTER_H

#include <stdint.h>

enum { CLUSTER_VALUES = 16 };

/*
 * k-means in one dimension, exactly: of all ways to cut the int8 values into
 * CLUSTER_VALUES runs and give each run one int8 value, the one with the least
 * sum of weight[v + 128] x (v - value)^2.  to[v + 128] is the value of v;
 * values of weight 0 may become anything.
 */
void cluster_values(const double weight[256], int8_t to[256]);

#endif
