/*
 * oracle - a shard of samples through a network and back by oneDNN.
 *
 * It takes the plan, the parameters and the targets of the training engine
 * and nothing of its arithmetic: every layer is one of oneDNN's primitives in
 * its plain layouts.  Channels are padded as the plan says; what is padded is
 * zero there and here.  Chains of layers only (no add, concat, dropout).
 */
#ifndef TESTS_GOLDEN_GRADIENTS_ORACLE_H
#define TESTS_GOLDEN_GRADIENTS_ORACLE_H

#include "train/pass_priv.h"

struct oracle;

/* Exits with a sentence when oneDNN cannot be started, as does all that
 * oneDNN refuses later. */
struct oracle *oracle_open(const struct train_plan *plan,
			   const float *parameters, size_t samples);
void oracle_close(struct oracle *o);

/* Fill the places that the shard's own results have; loss is not written.
 * The mean of the cross-entropy is what the gradient is of. */
void oracle_train(struct oracle *o, const struct shard *shard);

/* How near a value came to the kink of its activation. */
float oracle_nearest_kink(const struct oracle *o);

#endif
