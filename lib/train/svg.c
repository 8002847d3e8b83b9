#include "train/svg.h"

/* One panel of the curves, in user units. */
enum { PANEL_W = 400, PANEL_H = 260, LEFT = 56, TOP = 36, PLOT_W = 320,
       PLOT_H = 180, GRID = 4 };

/* What is drawn of a row. */
enum figure { LOSS, VALIDATION_LOSS, ACCURACY, VALIDATION_ACCURACY };

static const char *const colours[] = { "#1f77b4", "#d62728" };

static double figure_of(const struct train_row *row, enum figure figure)
{
	switch (figure) {
	case LOSS:
		return row->loss;
	case VALIDATION_LOSS:
		return row->validation_loss;
	case ACCURACY:
		return 100 * row->accuracy;
	default:
		return 100 * row->validation_accuracy;
	}
}

static void add_escaped(const char *text, struct buf *out)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '<')
			buf_adds(out, "&lt;");
		else if (c == '&')
			buf_adds(out, "&amp;");
		else if (c < 0x20)
			buf_addc(out, ' ');
		else
			buf_addc(out, c);
	}
}

static void begin(int width, int height, struct buf *out)
{
	buf_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		 "height=\"%d\" viewBox=\"0 0 %d %d\" "
		 "font-family=\"sans-serif\" font-size=\"12\">\n"
		 "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", width,
		 height, width, height, width, height);
}

/* ---- curves -------------------------------------------------------------- */

struct panel {
	const struct train_row *rows;
	size_t n;
	int left;		/* of the plot */
	double max;		/* of the vertical axis, from 0 */
};

static double x_of(const struct panel *p, size_t i)
{
	return p->left + (p->n > 1 ? (double)PLOT_W * (double)i /
			  (double)(p->n - 1) : PLOT_W / 2);
}

static void curve(const struct panel *p, enum figure figure,
		  const char *colour, struct buf *out)
{
	size_t step = (p->n + SVG_POINTS_MAX - 1) / SVG_POINTS_MAX;

	if (figure_of(&p->rows[0], figure) != figure_of(&p->rows[0], figure))
		return;			/* NaN: no validation */
	buf_addf(out, "<polyline fill=\"none\" stroke=\"%s\" points=\"",
		 colour);
	for (size_t i = 0; i < p->n; i += step)
		buf_addf(out, "%s%.1f,%.1f", i > 0 ? " " : "", x_of(p, i),
			 TOP + PLOT_H * (1 - figure_of(&p->rows[i], figure) /
					 p->max));
	buf_adds(out, "\"/>\n");
}

static void axes(const struct panel *p, const char *title, struct buf *out)
{
	buf_addf(out, "<text x=\"%d\" y=\"20\">%s</text>\n", p->left, title);
	for (int i = 0; i <= GRID; i++) {
		int y = TOP + PLOT_H * i / GRID;

		buf_addf(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" "
			 "stroke=\"#dddddd\"/>\n<text x=\"%d\" y=\"%d\" "
			 "text-anchor=\"end\">%.3g</text>\n", p->left, y,
			 p->left + PLOT_W, y, p->left - 6, y + 4,
			 p->max * (GRID - i) / GRID);
	}
	buf_addf(out, "<text x=\"%d\" y=\"%d\">epoch 1</text>\n<text x=\"%d\" "
		 "y=\"%d\" text-anchor=\"end\">%zu</text>\n", p->left,
		 TOP + PLOT_H + 18, p->left + PLOT_W, TOP + PLOT_H + 18, p->n);
}

static void best(const struct panel *p, int best_epoch, struct buf *out)
{
	double x = x_of(p, (size_t)best_epoch - 1);

	buf_addf(out, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" "
		 "stroke=\"#888888\" stroke-dasharray=\"3 3\"/>\n", x, TOP, x,
		 TOP + PLOT_H);
}

static void panel(struct panel *p, const enum figure figures[2],
		  const char *title, int best_epoch, struct buf *out)
{
	for (size_t i = 0; i < p->n; i++)
		for (int k = 0; k < 2; k++)
			if (figure_of(&p->rows[i], figures[k]) > p->max)
				p->max = figure_of(&p->rows[i], figures[k]);
	axes(p, title, out);
	if (best_epoch > 0)
		best(p, best_epoch, out);
	for (int k = 0; k < 2; k++)
		curve(p, figures[k], colours[k], out);
}

void svg_curves(const struct train_row *rows, size_t n, int best_epoch,
		struct buf *out)
{
	struct panel loss = { rows, n, LEFT, 1e-9 };
	struct panel accuracy = { rows, n, PANEL_W + LEFT, 100 };

	begin(2 * PANEL_W, PANEL_H, out);
	if (n > 0) {
		panel(&loss, (enum figure[]){ LOSS, VALIDATION_LOSS }, "loss",
		      best_epoch, out);
		panel(&accuracy,
		      (enum figure[]){ ACCURACY, VALIDATION_ACCURACY },
		      "accuracy, percent", best_epoch, out);
	}
	buf_addf(out, "<text x=\"%d\" y=\"20\" text-anchor=\"end\">"
		 "<tspan fill=\"%s\">train</tspan> "
		 "<tspan fill=\"%s\">validation</tspan></text>\n</svg>\n",
		 PANEL_W + LEFT + PLOT_W, colours[0], colours[1]);
}

/* ---- confusion ----------------------------------------------------------- */

enum { CELL = 36, CELL_SMALL = 8, NAMES_W = 160, NAMES_H = 140, MARGIN = 8 };

static void row(const struct train_metrics *m, size_t truth, int cell,
		struct buf *out)
{
	const uint32_t *counts = m->confusion + truth * m->classes;
	int y = NAMES_H + (int)truth * cell;
	uint64_t all = 0;

	for (size_t i = 0; i < m->classes; i++)
		all += counts[i];
	for (size_t i = 0; i < m->classes; i++) {
		int x = NAMES_W + (int)i * cell, shade;

		if (counts[i] == 0)
			continue;
		shade = (int)(255 - 215 * (uint64_t)counts[i] / all);
		buf_addf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" "
			 "height=\"%d\" fill=\"#%02x%02xff\"/>\n", x, y, cell,
			 cell, (unsigned)shade, (unsigned)shade);
		if (cell == CELL)
			buf_addf(out, "<text x=\"%d\" y=\"%d\" "
				 "text-anchor=\"middle\" fill=\"%s\">%u</text>"
				 "\n", x + cell / 2, y + cell / 2 + 4,
				 shade < 128 ? "#ffffff" : "#000000",
				 (unsigned)counts[i]);
	}
}

static void names_of(const char *const *names, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		int at = (int)i * CELL + CELL / 2 + 4;

		buf_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
			 NAMES_W - MARGIN, NAMES_H + at);
		add_escaped(names[i], out);
		buf_addf(out, "</text>\n<text transform=\"translate(%d %d) "
			 "rotate(-90)\">", NAMES_W + at, NAMES_H - MARGIN);
		add_escaped(names[i], out);
		buf_adds(out, "</text>\n");
	}
}

void svg_confusion(const struct train_metrics *m, const char *const *names,
		   struct buf *out)
{
	int cell = m->classes <= SVG_COUNTS_MAX ? CELL : CELL_SMALL;
	int side = (int)m->classes * cell;

	begin(NAMES_W + side + MARGIN, NAMES_H + side + MARGIN, out);
	buf_addf(out, "<text x=\"%d\" y=\"20\">truth down, answer across"
		 "</text>\n<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
		 "fill=\"none\" stroke=\"#888888\"/>\n", MARGIN, NAMES_W,
		 NAMES_H, side, side);
	if (cell == CELL)
		names_of(names, m->classes, out);
	for (size_t i = 0; i < m->classes; i++)
		row(m, i, cell, out);
	buf_adds(out, "</svg>\n");
}
