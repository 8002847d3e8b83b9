#include "board.h"

#include "base/json.h"
#include "cli/cli.h"
#include "cli/meter.h"
#include "flash/examine.h"
#include "flash/profile.h"

static void print_text(const char *board, const char *part,
		       const struct examine_report *r)
{
	double percent = r->count ? 100.0 * (double)r->right /
				    (double)r->count : 0;

	cli_print("%s answered %zu recordings of the %s part from raw sound: "
		  "%zu right, %.2f%%\n", board, r->count, part, r->right,
		  percent);
	cli_print("equal to this machine to the last bit: features of %zu, "
		  "outputs of %zu, answers of %zu\n", r->features_equal,
		  r->outputs_equal, r->answers_equal);
	cli_print("%.1f ms an answer, %.1f ms at most, by the board's clock\n",
		  r->mean_ms, r->max_ms);
}

static void print_json(const char *board, const char *part,
		       const struct examine_report *r)
{
	struct buf out = BUF_INIT;
	struct json json;

	json_init(&json, &out);
	json_object(&json, NULL);
	json_text(&json, "board", board);
	json_text(&json, "part", part);
	json_int(&json, "count", (int64_t)r->count);
	json_int(&json, "right", (int64_t)r->right);
	json_int(&json, "features_equal", (int64_t)r->features_equal);
	json_int(&json, "outputs_equal", (int64_t)r->outputs_equal);
	json_int(&json, "answers_equal", (int64_t)r->answers_equal);
	json_real(&json, "mean_ms", r->mean_ms);
	json_real(&json, "max_ms", r->max_ms);
	json_end(&json);
	cli_write(out.data, out.len);
	buf_release(&out);
}

static int part_of(const struct infer_board *args, struct err *err)
{
	static const char *const names[] = { "train", "validation", "test" };
	int part = labels_part_find(args->part ? args->part : "test");

	return part >= 0 ? part : cli_unknown("part", args->part, names, 3,
					      err);
}

static int profile(const struct infer_board *args, struct stage *stage,
		   struct err *err)
{
	struct buf text = BUF_INIT;
	struct profile p;
	int ret = profile_board(&p, stage, args->board, err);

	if (!ret && args->json)
		profile_json(&p, &text);
	else if (!ret)
		profile_print(&p, &text);
	if (!ret)
		cli_write(text.data, text.len);
	buf_release(&text);
	profile_release(&p);
	return ret;
}

static int profile_on_board(const struct infer_board *args, struct err *err)
{
	const struct stage_args given = { .folder = args->folder,
					  .output = "-", .is_reader = true };
	struct stage stage;
	int ret;

	if (args->part || args->limit)
		return err_set(err, ERR_USAGE, "--profile runs one inference "
			       "and takes no recordings");
	ret = stage_open(&stage, STAGE_UPDATE, &given, err);
	if (!ret)
		ret = profile(args, &stage, err);
	stage_close(&stage);
	return ret;
}

static int examine_on_board(const struct infer_board *args, struct err *err)
{
	/* nothing is written: no key is needed */
	const struct stage_args given = { .folder = args->folder,
					  .output = "-", .is_reader = true };
	struct examine_report r;
	struct stage stage;
	struct meter meter;
	int part = part_of(args, err), ret;
	const struct examine_order order = {
		.to = args->board, .part = (enum labels_part)part,
		.limit = (size_t)args->limit };

	if (part < 0)
		return part;
	meter_init(&meter, args->quiet);
	ret = stage_open(&stage, STAGE_UPDATE, &given, err);
	if (!ret)
		ret = examine_board(&stage, &order, &meter.progress, &r, err);
	meter_finish(&meter);
	stage_close(&stage);
	if (ret)
		return ret;
	if (args->json)
		print_json(args->board, labels_part_name(part), &r);
	else
		print_text(args->board, labels_part_name(part), &r);
	if (r.features_equal == r.count && r.outputs_equal == r.count)
		return 0;
	return err_set(err, ERR_NO, "the board does not compute what this "
		       "machine computes: %s", r.first_difference);
}

int infer_on_board(const struct infer_board *args, struct err *err)
{
	return args->profile ? profile_on_board(args, err)
			     : examine_on_board(args, err);
}
