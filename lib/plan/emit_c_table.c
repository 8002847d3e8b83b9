#include <math.h>

#include "plan/emit_c_priv.h"

/* The constants of operations as const tables. */

enum { LINE_NUMBERS = 12 };

static void put_table(struct source *s, const char *type, int op,
		      const char *what, uint32_t n)
{
	buf_addf(s->out, "static const _Alignas(4) %s op%d_%s[%u] = {", type,
		 op, what, n);
}

static void put_number(struct source *s, uint32_t i, int32_t value)
{
	buf_adds(s->out, i % LINE_NUMBERS ? " " : "\n\t");
	if (value == INT32_MIN)
		buf_adds(s->out, "INT32_MIN,");
	else
		buf_addf(s->out, "%d,", (int)value);
}

static void end_table(struct source *s)
{
	buf_adds(s->out, "\n};\n");
}

static void put_s8(struct source *s, int op, const char *what,
		   const int8_t *items, uint32_t n)
{
	put_table(s, "int8_t", op, what, n);
	for (uint32_t i = 0; i < n; i++)
		put_number(s, i, items[i]);
	end_table(s);
}

static void put_s16(struct source *s, int op, const char *what,
		    const int16_t *items, uint32_t n)
{
	put_table(s, "int16_t", op, what, n);
	for (uint32_t i = 0; i < n; i++)
		put_number(s, i, items[i]);
	end_table(s);
}

static void put_s32(struct source *s, int op, const char *what,
		    const int32_t *items, uint32_t n)
{
	put_table(s, "int32_t", op, what, n);
	for (uint32_t i = 0; i < n; i++)
		put_number(s, i, items[i]);
	end_table(s);
}

static void put_s64(struct source *s, int op, const char *what,
		    const int64_t *items, uint32_t n)
{
	buf_addf(s->out, "static const _Alignas(8) int64_t op%d_%s[%u] = {",
		 op, what, n);
	for (uint32_t i = 0; i < n; i++) {
		buf_adds(s->out, i % 4 ? " " : "\n\t");
		if (items[i] == INT64_MIN)
			buf_adds(s->out, "INT64_MIN,");
		else
			buf_addf(s->out, "INT64_C(%lld),",
				 (long long)items[i]);
	}
	end_table(s);
}

static void put_words(struct source *s, int op, const char *what,
		      const uint32_t *items, uint32_t n)
{
	put_table(s, "uint32_t", op, what, n);
	for (uint32_t i = 0; i < n; i++)
		buf_addf(s->out, "%s0x%08x,", i % 6 ? " " : "\n\t", items[i]);
	end_table(s);
}

/* Hexadecimal floats are exact. */
void emit_c_real(struct source *s, float value)
{
	if (isnan(value))
		buf_adds(s->out, "__builtin_nanf(\"\")");
	else if (isinf(value))
		buf_addf(s->out, "%s__builtin_inff()", value < 0 ? "-" : "");
	else
		buf_addf(s->out, "%af", (double)value);
}

static void put_f32(struct source *s, int op, const char *what,
		    const float *items, uint32_t n)
{
	put_table(s, "float", op, what, n);
	for (uint32_t i = 0; i < n; i++) {
		buf_adds(s->out, i % 4 ? " " : "\n\t");
		emit_c_real(s, items[i]);
		buf_addc(s->out, ',');
	}
	end_table(s);
}

void emit_c_const(struct source *s, int op, const char *what,
		  const struct model_tensor *t)
{
	uint32_t n = (uint32_t)model_elements(t);

	if (t->type == KERN_S8)
		put_s8(s, op, what, t->data, n);
	else if (t->type == KERN_S16)
		put_s16(s, op, what, t->data, n);
	else if (t->type == KERN_S32)
		put_s32(s, op, what, t->data, n);
	else if (t->type == KERN_S64)
		put_s64(s, op, what, t->data, n);
	else
		put_f32(s, op, what, t->data, n);
}

void emit_c_tables(struct source *s, int op)
{
	static const char *const names[] = { "in", "weights", "bias" };
	static const char *const acts[KERN_CONCAT_INPUTS] = {
		"in", "in2", "in3", "in4", "in5", "in6", "in7", "in8",
	};
	const struct model_op *node = &s->plan->model->ops[op];
	const struct plan_op *p = &s->plan->ops[op];
	bool is_packed = p->packing != KERN_PACK_REF;
	bool is_layer = plan_is_layer(s->plan, op);
	int n = is_packed ? 1 : is_layer ? 3 : model_acts(node);

	if (p->constants_of != op)
		return;
	if (emit_c_state_tables(s, op))
		n = 1;
	emit_c_sample_tables(s, op);
	if (is_packed)
		put_s8(s, op, "weights", p->weights, p->weights_bytes);
	if (p->bias)
		put_s32(s, op, "bias", p->bias, p->bias_count);
	if (p->channels)
		put_words(s, op, "channels", p->channels,
			  p->channels_bytes / 4);
	for (int i = 0; i < n; i++) {
		const struct model_tensor *t = plan_input(s->plan, op, i);

		if (t && t->data)
			emit_c_const(s, op, is_layer ? names[i] : acts[i], t);
	}
	if (p->table)
		put_s8(s, op, "table", p->table, KERN_LOOKUP_BYTES);
	if (p->requant_count) {
		put_s32(s, op, "multipliers", p->multipliers,
			p->requant_count);
		put_s8(s, op, "shifts", p->shifts, p->requant_count);
	}
}
