/* seeds_onnx DIR - what fuzz_onnx starts from: a small net per operator. */
#include <stdio.h>

#include "../lib/onnx_writer.h"
#include "base/file.h"

/* x[1x2x4x4] - op with up to two constants - y; attrs as in put_op. */
struct seed {
	const char *op;
	const char *in[6];
	const char *attrs[4];
};

static const struct seed seeds[] = {
	{ "Conv", { "x", "filter", "two" }, { "pads=1,1,1,1", "strides=2,2" } },
	{ "Conv", { "x", "depth", NULL }, { "group=2", "dilations=2,2" } },
	{ "MaxPool", { "x" }, { "kernel_shape=2,2", "ceil_mode=1",
				"strides=3,3" } },
	{ "AveragePool", { "x" }, { "kernel_shape=2,2", "pads=1,1,1,1",
				    "count_include_pad=1" } },
	{ "GlobalAveragePool", { "x" }, { NULL } },
	{ "GlobalMaxPool", { "x" }, { NULL } },
	{ "ReduceMean", { "x" }, { "axes=2,3", "keepdims=0" } },
	{ "BatchNormalization", { "x", "two", "two", "two", "two" }, { NULL } },
	{ "Relu", { "x" }, { NULL } },
	{ "Clip", { "x", "zero", "six" }, { NULL } },
	{ "Add", { "x", "x" }, { NULL } },
	{ "Add", { "x", "per" }, { NULL } },
	{ "Sub", { "x", "six" }, { NULL } },
	{ "Mul", { "x", "per" }, { NULL } },
	{ "MatMul", { "x", "square" }, { NULL } },
	{ "Softmax", { "x" }, { "axis=1" } },
	{ "Flatten", { "x" }, { "axis=2" } },
	{ "Squeeze", { "x" }, { NULL } },
	{ "Unsqueeze", { "x" }, { "axes=0,1" } },
	{ "Reshape", { "x" }, { "shape=2,16" } },
	{ "Transpose", { "x" }, { "perm=0,2,3,1" } },
	{ "Pad", { "x" }, { "pads=0,0,1,1,0,0,2,2" } },
	{ "Identity", { "x" }, { NULL } },
};

static void add_constants(struct buf *graph)
{
	static const float some[36] = { 0, 6, -1, 2, 0.5f, 3, 1, 1, -2 };

	put_floats(graph, "zero", NULL, 0, some);
	put_floats(graph, "six", NULL, 0, some + 1);
	put_floats(graph, "two", (int[]){ 2 }, 1, some);
	put_floats(graph, "per", (int[]){ 2, 1, 1 }, 3, some);
	put_floats(graph, "square", (int[]){ 4, 4 }, 2, some);
	put_floats(graph, "filter", (int[]){ 2, 2, 3, 3 }, 4, some);
	put_floats(graph, "depth", (int[]){ 2, 1, 2, 2 }, 4, some);
}

/* The operator behind a convolution, so that it may be fused, and with one
 * behind it, so that its layout matters. */
static void write_net(struct buf *file, const struct seed *seed)
{
	const char *in[6] = { "c", seed->in[1], seed->in[2], seed->in[3],
			      seed->in[4], NULL };
	struct buf graph = BUF_INIT;

	if (in[1] && strcmp(in[1], "x") == 0)
		in[1] = "c";
	put_op(&graph, "Conv", (const char *[]){ "x", "filter", NULL }, "c",
	       (const char *[]){ "pads=1,1,1,1", NULL });
	put_op(&graph, seed->op, in, "m", seed->attrs);
	put_op(&graph, strcmp(seed->op, "Pad") ? "Relu" : "Conv",
	       (const char *[]){ "m", strcmp(seed->op, "Pad") ? NULL :
				 "filter", NULL }, "y", NULL);
	add_constants(&graph);
	put_value(&graph, 11, "x", (int[]){ 1, 2, 4, 4 }, 4);
	put_value(&graph, 12, "y", (int[]){ 1 }, 1);
	put_model(file, &graph);
}

/* Flat vectors behind an image. */
static void write_dense(struct buf *file)
{
	static const float some[128] = { 1, -1, 0.5f, 2 };
	struct buf graph = BUF_INIT;

	put_op(&graph, "Conv", (const char *[]){ "x", "filter", NULL }, "c",
	       (const char *[]){ "pads=1,1,1,1", NULL });
	put_op(&graph, "Flatten", (const char *[]){ "c", NULL }, "f", NULL);
	put_op(&graph, "Gemm", (const char *[]){ "f", "g", "b", NULL }, "d",
	       NULL);
	put_op(&graph, "BatchNormalization",
	       (const char *[]){ "d", "b", "b", "b", "b", NULL }, "n", NULL);
	put_op(&graph, "Relu", (const char *[]){ "n", NULL }, "r", NULL);
	put_op(&graph, "Mul", (const char *[]){ "r", "b", NULL }, "m", NULL);
	put_op(&graph, "MatMul", (const char *[]){ "m", "square", NULL }, "q",
	       NULL);
	put_op(&graph, "Add", (const char *[]){ "q", "b", NULL }, "a", NULL);
	put_op(&graph, "Add", (const char *[]){ "a", "m", NULL }, "e", NULL);
	put_op(&graph, "Softmax", (const char *[]){ "e", NULL }, "y", NULL);
	put_floats(&graph, "g", (int[]){ 32, 4 }, 2, some);
	put_floats(&graph, "b", (int[]){ 4 }, 1, some + 2);
	add_constants(&graph);
	put_value(&graph, 11, "x", (int[]){ 1, 2, 4, 4 }, 4);
	put_value(&graph, 12, "y", (int[]){ 1 }, 1);
	put_model(file, &graph);
}

/* The litter of exporters: shapes computed from shapes. */
static void write_litter(struct buf *file)
{
	struct buf graph = BUF_INIT;

	put_op(&graph, "Shape", (const char *[]){ "x", NULL }, "s", NULL);
	put_op(&graph, "Slice", (const char *[]){ "s", NULL }, "h",
	       (const char *[]){ "starts=0,", "ends=2,", NULL });
	put_op(&graph, "Slice", (const char *[]){ "s", NULL }, "t",
	       (const char *[]){ "starts=2,", "ends=9,", NULL });
	put_op(&graph, "Concat", (const char *[]){ "t", "h", NULL }, "u",
	       (const char *[]){ "axis=0", NULL });
	put_op(&graph, "Gather", (const char *[]){ "u", "h", NULL }, "g", NULL);
	put_op(&graph, "Mul", (const char *[]){ "u", "s", NULL }, "v", NULL);
	put_op(&graph, "Div", (const char *[]){ "v", "s", NULL }, "w", NULL);
	put_op(&graph, "Cast", (const char *[]){ "w", NULL }, "k",
	       (const char *[]){ "to=7", NULL });
	put_op(&graph, "ConstantOfShape", (const char *[]){ "h", NULL }, "z",
	       NULL);
	put_op(&graph, "Transpose", (const char *[]){ "z", NULL }, "zt",
	       (const char *[]){ "perm=1,0", NULL });
	put_op(&graph, "Cast", (const char *[]){ "zt", NULL }, "zi",
	       (const char *[]){ "to=6", NULL });
	put_op(&graph, "Slice", (const char *[]){ "zt", "h", "t", NULL }, "sl",
	       NULL);
	put_op(&graph, "Unsqueeze", (const char *[]){ "k", NULL }, "l",
	       (const char *[]){ "axes=0,", NULL });
	put_op(&graph, "Transpose", (const char *[]){ "l", NULL }, "n", NULL);
	put_op(&graph, "Squeeze", (const char *[]){ "n", NULL }, "o", NULL);
	put_op(&graph, "Reshape", (const char *[]){ "x", "o", NULL }, "y",
	       NULL);
	put_value(&graph, 11, "x", (int[]){ 1, 2, 4, 4 }, 4);
	put_value(&graph, 12, "y", (int[]){ 1 }, 1);
	put_model(file, &graph);
}

static int write_file(const char *folder, const char *name, int i,
		      struct buf *file)
{
	char path[4096];
	int ret;

	snprintf(path, sizeof(path), "%s/%s%d", folder, name, i);
	ret = file_write(path, file->data, file->len, 0644, NULL);
	buf_release(file);
	return ret;
}

int main(int argc, char **argv)
{
	struct buf file = BUF_INIT;

	for (int i = 0; argc == 2 && i < (int)(sizeof(seeds) /
					       sizeof(*seeds)); i++) {
		write_net(&file, &seeds[i]);
		if (write_file(argv[1], seeds[i].op, i, &file))
			return 1;
	}
	if (argc != 2)
		return 1;
	write_dense(&file);
	if (write_file(argv[1], "dense", 0, &file))
		return 1;
	write_litter(&file);
	return write_file(argv[1], "litter", 0, &file) != 0;
}
