/*
 * pool - a few threads that take numbered pieces of work.
 *
 * Who takes which piece is left to chance; results must not depend on it:
 * write each piece's result to a place of its own and combine them in order
 * afterwards.  Threads sleep between runs, nothing spins.
 */
#ifndef TINYML_BASE_POOL_H
#define TINYML_BASE_POOL_H

#include <stddef.h>

#include "base/error.h"

enum { POOL_THREADS_MAX = 256 };

struct pool;

/* item: 0 to items - 1; worker: 0 to threads - 1, for scratch memory that one
 * thread owns while the call lasts. */
typedef void pool_job(void *ctx, size_t item, int worker);

/* threads in all, the caller of pool_run included; 0: one per processor this
 * process may run on. ERR_MEM, ERR_RANGE. */
int pool_open(struct pool **out, int threads, struct err *err);
void pool_close(struct pool *pool);

int pool_threads(const struct pool *pool);

/* Call job for every item and return when all are done. */
void pool_run(struct pool *pool, pool_job *job, void *ctx, size_t items);

#endif
