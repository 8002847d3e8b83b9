#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "train/metrics.h"

static const char *const names[] = { "no", "yes", "maybe" };

static void count(struct train_metrics *m)
{
	const float p[] = { .7f, .2f, .1f,   .5f, .5f, 0,   .1f, .8f, .1f,
			    0, 1, 0 };
	const int32_t y[] = { 0, 1, 1, 0 };

	cr_assert_eq(train_metrics_init(m, 3, NULL), 0);
	train_metrics_add(m, p, y, 3);
	train_metrics_add(m, p + 9, y + 3, 1);
}

Test(train_metrics, answers_are_counted_first_of_equals)
{
	struct train_metrics m;

	count(&m);
	cr_assert_eq(m.n, 4);
	cr_assert_eq(train_metrics_accuracy(&m), 0.5);
	cr_assert_eq(train_metrics_recall(&m, 0), 0.5);
	cr_assert_eq(train_metrics_precision(&m, 1), 0.5);
	cr_assert_eq(train_metrics_f1(&m, 1), 0.5);
	cr_assert(isnan(train_metrics_precision(&m, 2)));
	/* a truth with probability 0 costs ln 1e12, not infinity */
	cr_assert(fabs(train_metrics_loss(&m) -
		       (-log(.7f) - log(.5f) - log(.8f) + log(1e12)) / 4) <
		  1e-9);
	train_metrics_release(&m);
}

Test(train_metrics, tables_name_their_classes)
{
	struct train_metrics m;
	struct buf text = BUF_INIT;
	struct json json;

	count(&m);
	train_metrics_tsv(&m, names, &text);
	cr_assert_str_eq((char *)text.data, "truth\tno\tyes\tmaybe\n"
			 "no\t1\t1\t0\nyes\t1\t1\t0\nmaybe\t0\t0\t0\n");
	buf_clear(&text);
	json_init(&json, &text);
	json_object(&json, NULL);
	train_metrics_json(&m, "test", names, &json);
	json_end(&json);
	cr_assert(strstr((char *)text.data, "\"accuracy\": 0.5"));
	cr_assert(strstr((char *)text.data, "\"name\": \"maybe\""));
	cr_assert(strstr((char *)text.data, "\"recall\": null"));
	buf_release(&text);
	train_metrics_release(&m);
}
