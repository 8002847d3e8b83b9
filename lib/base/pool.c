#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/pool.h"

struct pool {
	int threads;
	pthread_t *ids;			/* threads - 1 of them */
	int started;
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	pool_job *job;
	void *ctx;
	size_t items, next, running;
	bool closing;
};

struct worker {
	struct pool *pool;
	int index;
};

/* With the lock held: take items until none is left. */
static void take_items(struct pool *pool, int worker)
{
	while (pool->next < pool->items) {
		size_t item = pool->next++;
		pool_job *job = pool->job;
		void *ctx = pool->ctx;

		pool->running++;
		pthread_mutex_unlock(&pool->lock);
		job(ctx, item, worker);
		pthread_mutex_lock(&pool->lock);
		pool->running--;
	}
}

static void *work(void *arg)
{
	struct worker worker = *(struct worker *)arg;
	struct pool *pool = worker.pool;

	free(arg);
	pthread_mutex_lock(&pool->lock);
	while (!pool->closing) {
		take_items(pool, worker.index);
		if (pool->running == 0)
			pthread_cond_signal(&pool->done);
		if (!pool->closing)
			pthread_cond_wait(&pool->work, &pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static int start(struct pool *pool, struct err *err)
{
	while (pool->started < pool->threads - 1) {
		struct worker *worker = malloc(sizeof(*worker));

		if (!worker)
			return err_nomem(err);
		worker->pool = pool;
		worker->index = pool->started + 1;
		if (pthread_create(&pool->ids[pool->started], NULL, work,
				   worker) != 0) {
			free(worker);
			return err_set(err, ERR_MEM, "cannot start a thread");
		}
		pool->started++;
	}
	return 0;
}

static int processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ?
		CPU_COUNT(&set) : 1;

	return n < POOL_THREADS_MAX ? n : POOL_THREADS_MAX;
}

int pool_open(struct pool **out, int threads, struct err *err)
{
	struct pool *pool;

	*out = NULL;
	if (threads < 0 || threads > POOL_THREADS_MAX)
		return err_set(err, ERR_RANGE, "%d threads: 0 to %d are "
			       "possible", threads, POOL_THREADS_MAX);
	pool = calloc(1, sizeof(*pool));
	if (!pool)
		return err_nomem(err);
	pool->threads = threads ? threads : processors();
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->done, NULL);
	pool->ids = calloc((size_t)pool->threads, sizeof(*pool->ids));
	if (!pool->ids || start(pool, err) != 0) {
		pool_close(pool);
		return err_nomem(err);
	}
	*out = pool;
	return 0;
}

void pool_close(struct pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->closing = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (int i = 0; i < pool->started; i++)
		pthread_join(pool->ids[i], NULL);
	pthread_cond_destroy(&pool->done);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool->ids);
	free(pool);
}

int pool_threads(const struct pool *pool)
{
	return pool->threads;
}

void pool_run(struct pool *pool, pool_job *job, void *ctx, size_t items)
{
	pthread_mutex_lock(&pool->lock);
	pool->job = job;
	pool->ctx = ctx;
	pool->next = 0;
	pool->items = items;
	if (pool->started && items > 1)
		pthread_cond_broadcast(&pool->work);
	take_items(pool, 0);
	while (pool->running > 0)
		pthread_cond_wait(&pool->done, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}
