#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "model/text.h"
#include "model/tflite.h"
#include "plan/runner.h"
#include "sample_model.h"

/* Behind the sizes of the model's inputs and outputs. */
static const char driver[] =
	"#include <stdio.h>\n"
	"void *net_input(unsigned i);\n"
	"void *net_output(unsigned i);\n"
	"void net_invoke(void);\n"
	"void net_reset(void);\n"
	"static int fill(void)\n"
	"{\n"
	"	for (unsigned i = 0; ins[i]; i++)\n"
	"		if (!fread(net_input(i), ins[i], 1, stdin))\n"
	"			return 0;\n"
	"	return 1;\n"
	"}\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"	net_reset();\n"
	"	while (fill()) {\n"
	"		if (argc == 1)\n"
	"			net_reset();\n"
	"		net_invoke();\n"
	"		for (unsigned i = 0; outs[i]; i++)\n"
	"			fwrite(net_output(i), outs[i], 1, stdout);\n"
	"	}\n"
	"	return !argv;\n"
	"}\n";

static void add_sizes(struct buf *out, const char *name, const struct model *m,
		      const int *ports, int n)
{
	buf_addf(out, "static const unsigned %s[] = {", name);
	for (int i = 0; i < n; i++)
		buf_addf(out, " %zu,", model_bytes(&m->tensors[ports[i]]));
	buf_adds(out, " 0 };\n");
}

static void save(const char *folder, const char *name, const void *bytes,
		 size_t n)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	cr_assert_eq(file_write(path, bytes, n, 0644, NULL), 0);
}

static void forget(const char *folder)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}

/* Compile and run; FOLDER is where, the rest is relative to the top. */
static void build_and_run(const char *folder, enum kern_set set)
{
	const char *core = set == KERN_SET_M55 ? "m55" :
			   set == KERN_SET_M0 ? "m0" : "m4";
	char command[800];

	snprintf(command, sizeof(command), "gcc -O1 -ffp-contract=off "
		 "-Ilib -Ilib/kern/%s/portable -o %s/net %s/net.c %s/main.c "
		 "lib/kern/ref/*.c lib/kern/f32/*.c lib/kern/*pack*.c "
		 "lib/kern/%s/*.c -lm 2>%s/log && "
		 "%s/net <%s/in >%s/out && %s/net stream <%s/in >>%s/out",
		 core, folder, folder, folder, core, folder, folder, folder,
		 folder, folder, folder, folder);
	cr_assert_eq(system(command), 0);
}

enum { INPUTS = 3, ROOM = 2000 };

/* Inputs are patterns, as int8 or as floats that are none too large. Answers
 * of INPUTS inputs each by itself, then as a stream. Returns their bytes. */
static size_t run_inputs(struct plan_runner *r, enum kern_type type,
			 uint8_t in[ROOM], uint8_t want[ROOM])
{
	size_t n = INPUTS * r->input_bytes, at = 0;

	cr_assert_leq(n, ROOM);
	cr_assert_leq(2 * INPUTS * r->output_bytes, ROOM);
	for (size_t i = 0; i < n; i++)
		in[i] = (uint8_t)(type == KERN_F32 && i % 4 == 3 ? 0x3e :
				  i * 41);
	for (int i = 0; i < INPUTS; i++, at += r->output_bytes)
		plan_runner_infer(r, in + (size_t)i * r->input_bytes,
				  want + at);
	run_reset(&r->run);
	for (int i = 0; i < INPUTS; i++, at += r->output_bytes)
		plan_runner_stream(r, in + (size_t)i * r->input_bytes,
				   want + at);
	return at;
}

/* The model is released. */
static void check_source_as(struct model *m, enum kern_type type,
			    const struct plan_options *options)
{
	char folder[] = "/tmp/tinyml-emit-XXXXXX";
	struct buf source = BUF_INIT, answer = BUF_INIT, main = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;
	uint8_t in[ROOM], want[ROOM];
	char path[200];
	size_t n;
	struct plan plan;

	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(plan_runner_open_model(&r, m, &err), 0);
	model_release(m);
	n = run_inputs(&r, type, in, want);
	cr_assert_eq(plan_init_options(&plan, &r.model, options, &err), 0);
	cr_assert_eq(plan_emit_c(&plan, "net", "0123", &source, &err), 0);
	plan_release(&plan);
	save(folder, "net.c", source.data, source.len);
	add_sizes(&main, "ins", &r.model, r.model.inputs,
		  r.model.input_count);
	add_sizes(&main, "outs", &r.model, r.model.outputs,
		  r.model.output_count);
	buf_adds(&main, driver);
	save(folder, "main.c", main.data, main.len);
	save(folder, "in", in, INPUTS * r.input_bytes);
	build_and_run(folder, options->set);
	snprintf(path, sizeof(path), "%s/out", folder);
	cr_assert_eq(file_read(path, ROOM, &answer, &err), 0);
	cr_assert_eq(answer.len, n);
	cr_assert_arr_eq(answer.data, want, answer.len);
	forget(folder);
	plan_runner_close(&r);
	buf_release(&source);
	buf_release(&answer);
	buf_release(&main);
}

static void check_source(struct model *m, enum kern_type type,
			 enum kern_set set)
{
	check_source_as(m, type, &(struct plan_options){ .set = set });
}

static void check_cores(struct model *m)
{
	struct model copy;

	cr_assert_eq(model_copy(&copy, m, NULL), 0);
	check_source(&copy, KERN_S8, KERN_SET_M55);
	check_source(m, KERN_S8, KERN_SET_M4);
}

static void same_bytes(enum kern_type type, enum kern_set set)
{
	struct model m;

	sample_model(&m, type);
	check_source(&m, type, set);
}

static void open_model(const char *path, struct model *m)
{
	struct buf file = BUF_INIT;
	struct err err = { 0 };

	cr_assert_eq(file_read(path, 1 << 20, &file, &err), 0);
	if (model_is_tflite(file.data, file.len))
		model_read_tflite(m, file.data, file.len, &err);
	else
		model_parse(m, (const char *)file.data, file.len, &err);
	cr_assert_eq(err.kind, 0, "%s", err.text);
	buf_release(&file);
}

static void same_bytes_of(const char *path)
{
	struct model m;

	open_model(path, &m);
	check_cores(&m);
}

/* Operations that have reference kernels alone. */
static void same_bytes_of_ref(const char *path, enum kern_type type)
{
	struct model m;

	open_model(path, &m);
	check_source(&m, type, type == KERN_S8 ? KERN_SET_REF : KERN_SET_HOST);
}

Test(emit_c, layers_on_int16)
{
	same_bytes_of_ref(TESTDATA "/model/text/int16.txt", KERN_S8);
	same_bytes_of_ref(TESTDATA "/model/text/types.txt", KERN_S8);
	same_bytes_of_ref(TESTDATA "/model/text/sample.txt", KERN_S8);
}

Test(emit_c, states_are_kept_and_reset)
{
	same_bytes_of_ref(TESTDATA "/model/text/states.txt", KERN_S8);
	same_bytes_of_ref(TESTDATA "/model/text/states-float.txt", KERN_F32);
}

Test(emit_c, operations_without_weights)
{
	same_bytes_of(TESTDATA "/model/curves.tflite");
	same_bytes_of(TESTDATA "/model/moves.tflite");
}

static const char wide[] =
	"model \"wide\"\n"
	"tensor 0 \"x\" int32[1x6] scale 0x1p-20 zero 0\n"
	"tensor 1 \"a\" int16[1x6] scale 0x1p-10 zero 0\n"
	"tensor 2 \"y\" int16[1x6] scale 0x1.8p-11 zero 0\n"
	"op QUANTIZE 0 -> 1\n"
	"op LEAKY_RELU 1 -> 2 alpha 0x1.99999ap-4\n"
	"input 0\n"
	"output 2\n";

Test(emit_c, operations_to_int16)
{
	struct err err = { 0 };
	struct model m;

	cr_assert_eq(model_parse(&m, wide, strlen(wide), &err), 0, "%s",
		     err.text);
	check_cores(&m);
}

Test(emit_c, int8_c_gives_the_bytes_of_the_runner)
{
	same_bytes(KERN_S8, KERN_SET_REF);
}

Test(emit_c, packed_c_gives_the_bytes_of_the_runner)
{
	same_bytes(KERN_S8, KERN_SET_M4);
	same_bytes(KERN_S8, KERN_SET_M55);
	same_bytes(KERN_S8, KERN_SET_M0);
}

Test(emit_c, float_c_gives_the_bytes_of_the_runner)
{
	same_bytes(KERN_F32, KERN_SET_HOST);
}

Test(emit_c, stripes_give_the_bytes_of_the_runner)
{
	const struct plan_options options = {
		.set = KERN_SET_M4, .streaming = PLAN_STREAM_ALWAYS,
	};
	struct model m;

	sample_wide(&m, 8, 4);
	check_source_as(&m, KERN_S8, &options);
}

Test(emit_c, two_memories_give_the_bytes_of_the_runner)
{
	const char *const names[] = { "x", "a" };
	const struct plan_options options = {
		.set = KERN_SET_M4, .slow = names, .slow_count = 2,
	};
	struct model m;

	sample_wide(&m, 8, 4);
	check_source_as(&m, KERN_S8, &options);
}

Test(emit_c, compiles_for_a_board_without_a_library)
{
	char folder[] = "/tmp/tinyml-emit-XXXXXX";
	struct buf source = BUF_INIT;
	char command[400];
	struct model m;
	struct plan plan;

	if (system("arm-none-eabi-gcc --version >/dev/null 2>&1") != 0)
		cr_skip_test("no arm-none-eabi-gcc");
	cr_assert_not_null(mkdtemp(folder));
	sample_model(&m, KERN_S8);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_REF, NULL), 0);
	cr_assert_eq(plan_emit_c(&plan, "net", "0123", &source, NULL), 0);
	save(folder, "net.c", source.data, source.len);
	snprintf(command, sizeof(command), "arm-none-eabi-gcc "
		 "-mcpu=cortex-m4 -mthumb -ffreestanding -Os -Wall -Wextra "
		 "-Werror -Ilib -c -o %s/net.o %s/net.c", folder, folder);
	cr_assert_eq(system(command), 0);
	forget(folder);
	plan_release(&plan);
	model_release(&m);
	buf_release(&source);
}

Test(emit_c, a_name_that_would_break_out_is_refused)
{
	struct buf out = BUF_INIT;
	struct model m;
	struct plan plan;

	sample_model(&m, KERN_S8);
	cr_assert_eq(plan_init(&plan, &m, KERN_SET_REF, NULL), 0);
	cr_assert_eq(plan_emit_c(&plan, "9lives", "", &out, NULL), ERR_RANGE);
	cr_assert_eq(plan_emit_c(&plan, "net", "*/ int x;", &out, NULL),
		     ERR_RANGE);
	cr_assert_eq(out.len, 0);
	plan_release(&plan);
	model_release(&m);
}
