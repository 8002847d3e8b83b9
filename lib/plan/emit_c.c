#include <ctype.h>
#include <string.h>

#include "plan/emit_c_priv.h"

/*
 * One C file: head, const tables operation by operation, the arena, one
 * parameter struct and one call per operation.
 */

static bool has_s4(const struct plan *plan)
{
	for (int i = 0; i < plan->model->op_count; i++)
		if (plan->ops[i].packing == KERN_PACK_S4)
			return true;
	return false;
}

static void put_head(struct source *s, const char *source)
{
	const struct plan *p = s->plan;
	const struct emit_c_set *set = emit_c_set(p->set);

	buf_addf(s->out, "/*\n * %s - a neural network as C, written by "
		 "tinyml " TINYML_VERSION ".\n *\n"
		 " * made from   %s\n"
		 " * arena       %u bytes\n"
		 " * constants   %u bytes\n"
		 " * MACs        %llu\n *\n"
		 " * Compile with -I of tinyml's lib/ and link lib/kern.  Do "
		 "not edit: make it\n * again from the model.\n", s->prefix,
		 source, p->arena_bytes, p->const_bytes,
		 (unsigned long long)p->macs);
	if (set)
		buf_addf(s->out, " *\n * lib/kern/%s itself is compiled with "
			 "-I of its folder %s for the core, or of\n"
			 " * portable elsewhere.\n", set->name, set->core);
	buf_adds(s->out, " */\n");
	if (p->state_bytes)
		buf_adds(s->out, "#include <string.h>\n\n");
	buf_adds(s->out, "#include \"kern/kern.h\"\n");
	if (has_s4(p))
		buf_adds(s->out, "#include \"kern/s4.h\"\n");
	if (set)
		buf_addf(s->out, "#include \"kern/%s/%s.h\"\n", set->name,
			 set->name);
	buf_adds(s->out, "\n");
}

static void put_ports(struct source *s, const char *what, const int *ports,
		      int n)
{
	buf_addf(s->out, "\nvoid *%s_%s(unsigned i);\n"
		 "void *%s_%s(unsigned i)\n{\n"
		 "\tstatic uint8_t *const places[%d] = { ", s->prefix, what,
		 s->prefix, what, n);
	for (int i = 0; i < n; i++) {
		emit_c_at(s, s->plan->tensors[ports[i]].offset);
		buf_adds(s->out, ", ");
	}
	buf_adds(s->out, "};\n\n\treturn places[i];\n}\n");
}

/* The linker script says where .bss.slow lies. */
static void put_arena(struct source *s)
{
	const struct plan *p = s->plan;
	uint32_t fast = p->arena_bytes - p->slow_bytes;

	buf_addf(s->out, "\nstatic _Alignas(16) uint8_t arena[%u];\n",
		 fast ? fast : 1);
	if (p->slow_bytes)
		buf_addf(s->out, "static _Alignas(16) uint8_t slow[%u]\n"
			 "\t__attribute__((section(\".bss.slow\")));\n",
			 p->slow_bytes);
}

/* Names from outside would end a comment or a line: keep what cannot. */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr(" ._:-", *text))
			return false;
	return true;
}

static bool is_identifier(const char *text)
{
	if (!*text || isdigit((unsigned char)*text))
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && *text != '_')
			return false;
	return true;
}

/* Operations of lib/kern/f32 that run on a host stay there. */
static int check_ops(const struct plan *plan, struct err *err)
{
	for (int i = 0; i < plan->model->op_count; i++) {
		union plan_params block;
		size_t bytes;

		if (plan_host_params(plan, i, &block, &bytes))
			return err_set(err, ERR_UNSUPPORTED, "operation %d "
				       "(%s) is not written as C; quantise "
				       "the model", i, model_op_name(
					       plan->model->ops[i].op));
	}
	return 0;
}

int plan_emit_c(const struct plan *plan, const char *prefix,
		const char *source, struct buf *out, struct err *err)
{
	struct source s = { plan, prefix, out };
	const struct model *m = plan->model;
	int kind;

	if (!is_identifier(prefix) || !is_plain(source))
		return err_set(err, ERR_RANGE, "'%s' cannot name C functions, "
			       "or '%s' cannot stand in a comment", prefix,
			       source);
	kind = check_ops(plan, err);
	if (kind)
		return kind;
	put_head(&s, source);
	for (int i = 0; i < m->op_count; i++) {
		emit_c_tables(&s, i);
		emit_c_params(&s, i);
	}
	put_arena(&s);
	put_ports(&s, "input", m->inputs, m->input_count);
	put_ports(&s, "output", m->outputs, m->output_count);
	emit_c_reset(&s);
	buf_addf(out, "\nvoid %s_invoke(void);\nvoid %s_invoke(void)\n{\n",
		 prefix, prefix);
	for (int i = 0; i < m->op_count; i++)
		emit_c_call(&s, i);
	buf_adds(out, "}\n");
	return out->failed ? err_nomem(err) : 0;
}
