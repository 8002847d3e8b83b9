#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "onnx/onnx_priv.h"
#include "plan/runner.h"

/* The ONNX project's node tests: every core case is computed and equal, from
 * model.onnx or from const.onnx, where all inputs but the first are constants;
 * what must be refused is; and nothing is wrong. ONNX_CASES=1 tells each. */

#define NODES "../shared/vectors/onnx-node"

enum { TENSOR_BYTES = 1 << 22 };

/* ---- tensors in files ---------------------------------------------------- */

struct tensor_file {
	struct onnx_value value;
	struct arena memory;
};

static bool load(const char *name, const char *what, unsigned i,
		 struct tensor_file *t)
{
	struct onnx o = { .err = &(struct err){ 0 } };
	struct buf file = BUF_INIT;
	struct onnx_slice ignored;
	char path[300];
	bool ok;

	snprintf(path, sizeof(path), NODES "/%s/%s_%u.pb", name, what, i);
	*t = (struct tensor_file){ 0 };
	if (file_read(path, 1 << 24, &file, NULL))
		return false;
	ok = !onnx_read_tensor(&o, (struct onnx_slice){ file.data, file.len },
			       &t->value, &ignored);
	t->memory = o.memory;
	buf_release(&file);
	return ok;
}

static size_t put(const struct tensor_file *t, enum kern_type type,
		  uint8_t *to)
{
	int64_t n = onnx_elements(&t->value);
	size_t bytes = kern_type_bytes(type);

	for (int64_t i = 0; i < n; i++)
		memcpy(to + (size_t)i * bytes, t->value.is_float ?
		       (void *)&t->value.floats[i] : (void *)&t->value.ints[i],
		       bytes);
	return (size_t)n * bytes;
}

/* One step where a value may lie half way; answers that have four digits. */
struct slack {
	int64_t steps;
	float relative;
};

static struct slack slack_of(const char *name)
{
	return (struct slack){
		strncmp(name, "qlinear", 7) == 0,
		strstr(name, "last_window_starts_on_pad") ? 1e-3f : 1e-5f,
	};
}

static bool near(float got, float want, float relative)
{
	return fabsf(got - want) <= 1e-6f + relative * fabsf(want) ||
	       got == want || (isnan(got) && isnan(want));
}

static bool equal(const struct tensor_file *t, enum kern_type type,
		  const uint8_t *got, const struct slack *slack)
{
	int64_t n = onnx_elements(&t->value);
	size_t bytes = kern_type_bytes(type), above = 64 - 8 * bytes;

	if (t->value.is_float != (type == KERN_F32))
		return false;
	for (int64_t i = 0; i < n; i++) {
		int64_t whole = 0;
		float real;

		if (type == KERN_F32) {
			memcpy(&real, got + (size_t)i * 4, 4);
			if (!near(real, t->value.floats[i], slack->relative))
				return false;
			continue;
		}
		memcpy(&whole, got + (size_t)i * bytes, bytes);
		if (type != KERN_U8)	/* extend the sign */
			whole = (int64_t)((uint64_t)whole << above) >> above;
		if (llabs((long long)(whole - t->value.ints[i])) >
		    slack->steps)
			return false;
	}
	return true;
}

/* ---- a case -------------------------------------------------------------- */

enum result { REFUSED, RIGHT, WRONG };

static bool fill(const char *name, struct plan_runner *r, uint8_t *in)
{
	for (int i = 0; i < r->model.input_count; i++) {
		enum kern_type type =
			r->model.tensors[r->model.inputs[i]].type;
		struct tensor_file t;
		bool ok = load(name, "input", (unsigned)i, &t);

		if (ok)
			in += put(&t, type, in);
		arena_release(&t.memory);
		if (!ok)
			return false;
	}
	return true;
}

static bool compare(const char *name, struct plan_runner *r,
		    const uint8_t *out)
{
	struct slack slack = slack_of(name);
	bool ok = true;

	for (int i = 0; ok && i < r->model.output_count; i++) {
		const struct model_tensor *to =
			&r->model.tensors[r->model.outputs[i]];
		struct tensor_file t;

		ok = load(name, "output", (unsigned)i, &t) &&
		     onnx_elements(&t.value) == (int64_t)model_elements(to) &&
		     equal(&t, to->type, out, &slack);
		out += model_bytes(to);
		arena_release(&t.memory);
	}
	return ok;
}

static enum result run_form(const char *name, const char *form)
{
	static uint8_t in[TENSOR_BYTES], out[TENSOR_BYTES];
	struct buf file = BUF_INIT;
	struct err err = { 0 };
	enum result result = REFUSED;
	struct plan_runner r;
	char path[300];

	snprintf(path, sizeof(path), NODES "/%s/%s.onnx", name, form);
	if (access(path, R_OK) || file_read(path, 1 << 24, &file, NULL))
		return REFUSED;
	if (plan_runner_open(&r, file.data, file.len, &err)) {
		cr_expect(err.text[0] && err.kind != ERR_MEM, "%s", path);
	} else {
		result = WRONG;
		if (r.input_bytes < TENSOR_BYTES &&
		    r.output_bytes < TENSOR_BYTES && fill(name, &r, in)) {
			plan_runner_infer(&r, in, out);
			result = compare(name, &r, out) ? RIGHT : WRONG;
		}
		cr_expect(plan_runner_guards_hold(&r), "%s", path);
		plan_runner_close(&r);
	}
	if (getenv("ONNX_CASES"))
		fprintf(stderr, "%s %s/%s %s\n", result == RIGHT ? "right" :
			result == WRONG ? "WRONG" : "left", name, form,
			err.text);
	buf_release(&file);
	return result;
}

struct count {
	int core, core_right, extra_right;
};

static void run_case(const char *name, const char *expect, struct count *n)
{
	enum result a = run_form(name, "model"), b = run_form(name, "const");
	bool right = a == RIGHT || b == RIGHT;

	cr_expect(a != WRONG && b != WRONG, "%s is wrong", name);
	if (strcmp(expect, "refuse") == 0)
		cr_expect(!right, "%s is not refused", name);
	if (strcmp(expect, "core") == 0) {
		n->core++;
		n->core_right += right;
		cr_expect(right, "%s is not computed", name);
	}
	n->extra_right += right && strcmp(expect, "extra") == 0;
}

Test(onnx_cases, every_core_case_is_right_and_nothing_is_wrong)
{
	char line[2000], name[128], expect[16];
	FILE *index = fopen(NODES "/index.tsv", "r");
	struct count n = { 0 };

	if (!index)
		cr_skip_test("no " NODES);
	while (fgets(line, sizeof(line), index))
		if (sscanf(line, "%127s %15s", name, expect) == 2 &&
		    strcmp(name, "case"))
			run_case(name, expect, &n);
	fclose(index);
	cr_assert_geq(n.core, 250);
	if (getenv("ONNX_CASES"))
		fprintf(stderr, "core %d of %d, extra %d\n", n.core_right,
			n.core, n.extra_right);
}
