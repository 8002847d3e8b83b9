/*
 * progress - how libraries tell how far they are, without printing.
 *
 * A NULL struct progress is allowed everywhere and stays silent.  The callee
 * calls progress_tick as often as it likes; the printer (cli/meter.h) decides
 * what to show.
 */
#ifndef TINYML_BASE_PROGRESS_H
#define TINYML_BASE_PROGRESS_H

struct progress {
	/* done of total units (total 0: unknown) of the work named what;
	 * note is one more short fact ("loss 0.41, accuracy 93.2%") or NULL */
	void (*tick)(void *ctx, const char *what, double done, double total,
		     const char *note);
	/* one line worth keeping ("epoch 3: ...") */
	void (*line)(void *ctx, const char *text);
	void *ctx;
};

static inline void progress_tick(const struct progress *p, const char *what,
				 double done, double total, const char *note)
{
	if (p && p->tick)
		p->tick(p->ctx, what, done, total, note);
}

static inline void progress_line(const struct progress *p, const char *text)
{
	if (p && p->line)
		p->line(p->ctx, text);
}

#endif
