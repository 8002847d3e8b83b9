#include <criterion/criterion.h>

#include "base/pool.h"

enum { ITEMS = 1000 };

static void square(void *ctx, size_t item, int worker)
{
	int *values = ctx;

	cr_assert(worker >= 0);
	values[item] += (int)(item * item);
}

Test(pool, every_item_is_done_once_whatever_the_threads)
{
	for (int threads = 1; threads <= 9; threads++) {
		int values[ITEMS] = { 0 };
		struct pool *pool;

		cr_assert_eq(pool_open(&pool, threads, NULL), 0);
		cr_assert_eq(pool_threads(pool), threads);
		for (int run = 0; run < 20; run++)
			pool_run(pool, square, values, ITEMS);
		pool_close(pool);
		for (int i = 0; i < ITEMS; i++)
			cr_assert_eq(values[i], 20 * i * i);
	}
}

Test(pool, nothing_to_do_returns)
{
	struct pool *pool;

	cr_assert_eq(pool_open(&pool, 3, NULL), 0);
	pool_run(pool, square, NULL, 0);
	pool_close(pool);
}

Test(pool, thread_counts_out_of_range_are_refused)
{
	struct err err = { 0 };
	struct pool *pool;

	cr_assert_eq(pool_open(&pool, -1, NULL), ERR_RANGE);
	cr_assert_eq(pool_open(&pool, POOL_THREADS_MAX + 1, &err), ERR_RANGE);
	cr_assert_null(pool);
	cr_assert_str_eq(err.text, "257 threads: 0 to 256 are possible");
}
