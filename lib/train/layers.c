#include "train/layers.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "train/nets.h"

enum { WORDS_MAX = 16, WORD_BYTES = 32 };

struct word {
	char text[WORD_BYTES];
	size_t at;		/* offset in the line */
};

struct reader {
	struct net *net;
	int classes;
	struct { char text[LAYERS_NAME_MAX + 1]; int layer; }
	names[NET_LAYERS_MAX];
	int name_count;
	/* the line at hand */
	struct net_layer *layer;
	struct word words[WORDS_MAX];
	int count, next;
	bool has_window, has_stride, has_number;
	size_t fault;		/* offset of the word at fault */
	struct err *err;
};

static int cut_words(struct reader *r, const char *line)
{
	size_t at = strspn(line, " ");

	r->count = r->next = 0;
	while (line[at]) {
		size_t n = strcspn(line + at, " ");

		r->fault = at;
		if (n >= WORD_BYTES || r->count == WORDS_MAX)
			return err_set(r->err, ERR_FORMAT, "a layer has at "
				       "most %d words of at most %d letters",
				       WORDS_MAX, WORD_BYTES - 1);
		memcpy(r->words[r->count].text, line + at, n);
		r->words[r->count].text[n] = '\0';
		r->words[r->count++].at = at;
		at += n + strspn(line + at + n, " ");
	}
	r->fault = 0;
	return r->count > 0 ? 0 : err_set(r->err, ERR_FORMAT, "a layer "
					  "without words");
}

/* The next word; its place is where an error would be. */
static const char *take(struct reader *r)
{
	if (r->next == r->count)
		return NULL;
	r->fault = r->words[r->next].at;
	return r->words[r->next++].text;
}

static int find_name(struct reader *r, const char *name, int *layer)
{
	const char *list[NET_LAYERS_MAX + 1], *near;
	int n = 0;

	list[n++] = "input";
	*layer = NET_INPUT;
	if (strcmp(name, "input") == 0)
		return 0;
	for (int i = 0; i < r->name_count; i++) {
		*layer = r->names[i].layer;
		if (strcmp(name, r->names[i].text) == 0)
			return 0;
		list[n++] = r->names[i].text;
	}
	near = text_nearest(name, list, (size_t)n);
	err_set(r->err, ERR_FORMAT, "no earlier layer is named '%s'", name);
	if (near)
		err_hint(r->err, "did you mean '%s'?", near);
	else
		err_hint(r->err, "give a layer above a name: 'as %s'", name);
	return ERR_FORMAT;
}

static int take_name(struct reader *r, const char *before, int *layer)
{
	const char *name = take(r);

	if (!name)
		return err_set(r->err, ERR_FORMAT, "'%s' needs the name of a "
			       "layer behind it", before);
	return find_name(r, name, layer);
}

static int give_name(struct reader *r)
{
	const char *name = take(r);

	if (!name || strlen(name) > LAYERS_NAME_MAX)
		return err_set(r->err, ERR_FORMAT, "'as' needs a name of 1 to "
			       "%d letters behind it", LAYERS_NAME_MAX);
	if (strcmp(name, "input") == 0)
		return err_set(r->err, ERR_FORMAT, "'input' names what the "
			       "network is fed");
	for (int i = 0; i < r->name_count; i++)
		if (strcmp(name, r->names[i].text) == 0)
			return err_set(r->err, ERR_FORMAT, "'%s' is the name "
				       "of a layer above", name);
	memcpy(r->names[r->name_count].text, name, strlen(name) + 1);
	r->names[r->name_count++].layer = r->net->count - 1;
	return 0;
}

/* "3" or "3x1" into (rows, columns). */
static bool read_pair(const char *text, int *rows, int *columns)
{
	char first[WORD_BYTES];
	const char *x = strchr(text, 'x');
	size_t n = x ? (size_t)(x - text) : strlen(text);
	long a, b;

	memcpy(first, text, n);
	first[n] = '\0';
	if (!text_long(first, 1, NET_KERNEL_MAX, &a) ||
	    !text_long(x ? x + 1 : first, 1, NET_KERNEL_MAX, &b))
		return false;
	*rows = (int)a;
	*columns = (int)b;
	return true;
}

/* "3x3/2": KxK, or KxK/SxS. */
static int read_window(struct reader *r, const char *word)
{
	struct net_layer *l = r->layer;
	char kernel[WORD_BYTES];
	size_t n = strcspn(word, "/");

	memcpy(kernel, word, n);
	kernel[n] = '\0';
	r->has_window = true;
	r->has_stride = word[n] == '/';
	if (!read_pair(kernel, &l->kernel_h, &l->kernel_w) ||
	    (r->has_stride && !read_pair(word + n + 1, &l->stride_h,
					 &l->stride_w)))
		return err_set(r->err, ERR_FORMAT, "a window is written 3x3 "
			       "or 3x3/2, with sides of 1 to %d; not '%s'",
			       NET_KERNEL_MAX, word);
	return 0;
}

static int read_number(struct reader *r, const char *word)
{
	long n = r->classes;

	r->has_number = true;
	if (strcmp(word, "classes") != 0 &&
	    !text_long(word, 1, NET_FILTERS_MAX, &n))
		return err_set(r->err, ERR_RANGE, "1 to %d filters are "
			       "possible, not '%s'", NET_FILTERS_MAX, word);
	r->layer->filters = (int)n;
	return 0;
}

static int read_share(struct reader *r, const char *word)
{
	char *end;
	double share = strtod(word, &end);

	r->has_number = true;
	if (*end || strspn(word, "0123456789.") != strlen(word) ||
	    share > 0.95)
		return err_set(r->err, ERR_RANGE, "the share of a dropout is "
			       "0 to 0.95, not '%s'", word);
	r->layer->share = (float)share;
	return 0;
}

static bool is_window(enum net_kind kind)
{
	return kind == NET_CONV || kind == NET_DEPTHWISE ||
		kind == NET_MAX_POOL || kind == NET_AVERAGE_POOL;
}

static bool is_pool(enum net_kind kind)
{
	return kind == NET_MAX_POOL || kind == NET_AVERAGE_POOL;
}

static bool is_counted(enum net_kind kind)
{
	return kind == NET_CONV || kind == NET_DENSE || kind == NET_LSTM;
}

/* Numbers stand in the order window, filters. */
static int read_figure(struct reader *r, const char *word)
{
	enum net_kind kind = r->layer->kind;

	if (is_window(kind) && !r->has_window)
		return read_window(r, word);
	if (is_counted(kind) && !r->has_number)
		return read_number(r, word);
	if (kind == NET_DROPOUT && !r->has_number)
		return read_share(r, word);
	return err_set(r->err, ERR_FORMAT, "'%s' takes no further number, "
		       "'%s' is one", net_kind_name(kind), word);
}

/* A word and the kinds that have it, a bit each. */
#define KIND(kind) (1u << (kind))
enum { WINDOWS = KIND(NET_CONV) | KIND(NET_DEPTHWISE) | KIND(NET_MAX_POOL) |
		 KIND(NET_AVERAGE_POOL),
       WEIGHTS = KIND(NET_CONV) | KIND(NET_DEPTHWISE) | KIND(NET_DENSE),
       CURVED = WEIGHTS | KIND(NET_ADD) };

static const struct { const char *text; unsigned kinds; } flags[] = {
	{ "same", WINDOWS }, { "valid", WINDOWS }, { "norm", WEIGHTS },
	{ "relu", CURVED }, { "relu6", CURVED }, { "linear", CURVED },
	{ "sequence", KIND(NET_LSTM) }
};
enum { FLAGS = sizeof(flags) / sizeof(flags[0]) };

static void set_flag(struct net_layer *l, int flag)
{
	switch (flag) {
	case 0:
	case 1:
		l->padding = flag == 0 ? NET_SAME : NET_VALID;
		break;
	case 2:
		l->norm = true;
		break;
	case 3:
	case 4:
		l->activation = flag == 3 ? NET_RELU : NET_RELU6;
		break;
	case 5:
		l->activation = NET_LINEAR;
		break;
	default:
		l->sequence = true;
	}
}

static int unknown_word(struct reader *r, const char *word)
{
	const char *list[FLAGS + 2] = { "as", "from" }, *near;
	size_t n = 2;

	for (int i = 0; i < FLAGS; i++)
		if (flags[i].kinds & KIND(r->layer->kind))
			list[n++] = flags[i].text;
	near = text_nearest(word, list, n);
	err_set(r->err, ERR_FORMAT, "'%s' has no word '%s'",
		net_kind_name(r->layer->kind), word);
	if (near)
		err_hint(r->err, "did you mean '%s'?", near);
	else
		err_hint(r->err, "tinyml.yaml(5) lists the words of a layer");
	return ERR_FORMAT;
}

static int read_word(struct reader *r, const char *word)
{
	if (strcmp(word, "as") == 0)
		return give_name(r);
	if (strcmp(word, "from") == 0)
		return take_name(r, word, &r->layer->from);
	if (strchr("0123456789.-+", word[0]) || strcmp(word, "classes") == 0)
		return read_figure(r, word);
	for (int i = 0; i < FLAGS; i++) {
		if (strcmp(word, flags[i].text) != 0)
			continue;
		if (!(flags[i].kinds & KIND(r->layer->kind)))
			break;
		set_flag(r->layer, i);
		return 0;
	}
	return unknown_word(r, word);
}

static int find_kind(struct reader *r, const char *word, enum net_kind *kind)
{
	const char *names[NET_KINDS + 1], *near;

	for (int i = 0; i < NET_KINDS; i++) {
		names[i] = net_kind_name((enum net_kind)i);
		*kind = (enum net_kind)i;
		if (strcmp(word, names[i]) == 0)
			return 0;
	}
	names[NET_KINDS] = "steps";
	near = text_nearest(word, names, NET_KINDS + 1);
	err_set(r->err, ERR_FORMAT, "'%s' is no kind of layer", word);
	if (near)
		err_hint(r->err, "did you mean '%s'?", near);
	else
		err_hint(r->err, "tinyml.yaml(5) lists the kinds");
	return ERR_FORMAT;
}

/* What has to be there, and strides that were not said. */
static int finish_layer(struct reader *r)
{
	struct net_layer *l = r->layer;
	const char *kind = net_kind_name(l->kind);

	r->fault = 0;
	if (is_window(l->kind) && !r->has_window)
		return err_set(r->err, ERR_FORMAT, "'%s' needs a window: 3x3",
			       kind);
	if (is_counted(l->kind) && !r->has_number)
		return err_set(r->err, ERR_FORMAT, "'%s' needs a number of "
			       "filters", kind);
	if (l->kind == NET_DROPOUT && !r->has_number)
		return err_set(r->err, ERR_FORMAT, "'dropout' needs a share: "
			       "0.2");
	if (is_window(l->kind) && !r->has_stride) {
		l->stride_h = is_pool(l->kind) ? l->kernel_h : 1;
		l->stride_w = is_pool(l->kind) ? l->kernel_w : 1;
	}
	return 0;
}

static int read_steps(struct reader *r)
{
	if (r->net->count > 0)
		return err_set(r->err, ERR_FORMAT, "'steps' can only be the "
			       "first layer");
	if (take(r))
		return err_set(r->err, ERR_FORMAT, "'steps' has no further "
			       "words");
	nets_as_steps(r->net);
	return 0;
}

static int read_layer(struct reader *r, const char *word)
{
	enum net_kind kind;
	int status = find_kind(r, word, &kind);

	if (status != 0)
		return status;
	r->has_window = r->has_stride = r->has_number = false;
	r->layer = nets_add(r->net, kind);
	if (!r->layer)
		return err_set(r->err, ERR_LIMIT, "more than %d layers",
			       NET_LAYERS_MAX);
	if (kind == NET_ADD || kind == NET_CONCAT)
		status = take_name(r, word, &r->layer->with);
	while (status == 0 && (word = take(r)) != NULL)
		status = read_word(r, word);
	return status == 0 ? finish_layer(r) : status;
}

static int read_line(struct reader *r, const char *line,
		     struct net_shape *shapes)
{
	const char *word;
	int status = cut_words(r, line);

	if (status != 0)
		return status;
	word = take(r);
	if (strcmp(word, "steps") == 0)
		return read_steps(r);
	status = read_layer(r, word);
	return status == 0 ? net_shapes(r->net, shapes, r->err) : status;
}

static int check_end(struct reader *r, const struct net_shape *shapes)
{
	struct net_shape end;

	if (r->net->count == 0)
		return err_set(r->err, ERR_FORMAT, "the list has no layers");
	end = shapes[r->net->count - 1];
	if (end.h == 1 && end.w == 1 && end.c == r->classes)
		return 0;
	err_set(r->err, ERR_RANGE, "the last layer gives %d x %d x %d values, "
		"there are %d classes", end.h, end.w, end.c, r->classes);
	err_hint(r->err, "end the list with 'dense classes'");
	return ERR_RANGE;
}

int layers_make(struct net *net, const struct text_list *list,
		const struct layers_input *input, const char *file,
		struct err *err)
{
	struct net_shape shapes[NET_LAYERS_MAX];
	struct err local = { 0 };
	struct reader r = { .net = net, .classes = input->classes,
			    .err = err ? err : &local };
	int status = nets_start(net, input->shape, r.err);
	size_t i;

	for (i = 0; i < list->n && status == 0; i++)
		status = read_line(&r, list->items[i], shapes);
	if (status == 0)
		status = check_end(&r, shapes);
	if (status != 0 && i > 0 && list->marks)
		err_at(r.err, "%s, line %zu, column %zu", file,
		       list->marks[i - 1].line,
		       list->marks[i - 1].column + r.fault);
	return status;
}
