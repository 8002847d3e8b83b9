#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "train/svg.h"

static bool has(const struct buf *out, const char *text)
{
	return strstr((const char *)out->data, text) != NULL;
}

Test(svg, curves_go_through_their_points)
{
	const struct train_row rows[] = {
		{ 1, 2, 0.25, 4, 0.5, 0 }, { 2, 1, 0.75, 2, 0.75, 0 } };
	struct buf out = BUF_INIT;

	svg_curves(rows, 2, 2, &out);
	cr_expect(has(&out, "points=\"56.0,126.0 376.0,171.0\""));
	cr_expect(has(&out, "points=\"56.0,36.0 376.0,126.0\""));
	cr_expect(has(&out, "points=\"456.0,171.0 776.0,81.0\""));
	cr_expect(has(&out, "x1=\"376.0\" y1=\"36\" x2=\"376.0\""));
	cr_expect_str_eq((char *)out.data + out.len - 7, "</svg>\n");
	buf_release(&out);
}

Test(svg, without_validation_there_is_one_curve_a_panel)
{
	const struct train_row rows[] = { { 1, 2, 0.25, NAN, NAN, 0 } };
	struct buf out = BUF_INIT;

	svg_curves(rows, 1, 1, &out);
	cr_expect(has(&out, "points=\"216.0,36.0\""));
	cr_expect_not(has(&out, "nan"));
	buf_clear(&out);
	svg_curves(NULL, 0, 0, &out);
	cr_expect_not(has(&out, "polyline"));
	buf_release(&out);
}

Test(svg, many_epochs_are_thinned)
{
	static struct train_row rows[20000];
	struct buf out = BUF_INIT;

	svg_curves(rows, 20000, 1, &out);
	cr_expect_lt(out.len, 40000);
	buf_release(&out);
}

Test(svg, a_confusion_shows_counts_and_escapes_names)
{
	static const char *const names[] = { "<a&b>", "c" };
	const float p[] = { 0.9f, 0.1f, 0.2f, 0.8f };
	const int32_t y[] = { 0, 0 };
	struct train_metrics m;
	struct buf out = BUF_INIT;

	cr_assert_eq(train_metrics_init(&m, 2, NULL), 0);
	train_metrics_add(&m, p, y, 2);
	svg_confusion(&m, names, &out);
	cr_expect(has(&out, "&lt;a&amp;b>"));
	cr_expect(has(&out, "<rect x=\"160\" y=\"140\" width=\"36\" "
		      "height=\"36\" fill=\"#9494ff\"/>"));
	cr_expect(has(&out, ">1</text>"));
	train_metrics_release(&m);
	buf_release(&out);
}
