/* seeds_tflite DIR - what fuzz_tflite starts from: an int8 and a float model
 * with one of everything, a layer whose weights are INT4 and that rounds once,
 * and the models of testdata/model (from the repository's top). */
#include <stdio.h>

#include "../lib/sample_model.h"
#include "base/file.h"
#include "model/text.h"
#include "model/tflite.h"

static int save(const char *folder, const char *name, struct model *m)
{
	struct buf file = BUF_INIT;
	char path[4096];
	int ret = model_write_tflite(m, &file, NULL);

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!ret)
		ret = file_write(path, file.data, file.len, 0644, NULL);
	model_release(m);
	buf_release(&file);
	return ret;
}

static int seed(const char *folder, enum kern_type type)
{
	struct model m;

	sample_model(&m, type);
	return save(folder, model_type_name(type), &m);
}

static int seed_int4(const char *folder)
{
	struct model m;
	int x, w, y;

	model_init(&m, "int4");
	x = model_add_tensor(&m, "x", KERN_S8, MODEL_SHAPE(1, 43));
	w = model_add_const(&m, "w", KERN_S8, MODEL_SHAPE(7, 43), NULL);
	y = model_add_tensor(&m, "y", KERN_S8, MODEL_SHAPE(1, 7));
	for (int i = 0; i < 7 * 43; i++)
		((int8_t *)m.tensors[w].data)[i] = (int8_t)(i % 16 - 8);
	model_set_quant(&m, x, 0.1f, 3);
	model_set_quant(&m, w, 0.1f, 0);
	model_set_quant(&m, y, 0.1f, -3);
	model_add_op(&m, KERN_FULLY_CONNECTED,
		     &(struct model_attr){ .rounds_once = 1 },
		     (int[]){ x, w }, 2, y);
	model_add_input(&m, x);
	model_add_output(&m, y);
	return save(folder, "int4", &m);
}

/* More inputs than a kernel joins at once. */
static int seed_many(const char *folder)
{
	enum { INPUTS = 12 };
	int inputs[INPUTS], y;
	struct model m;

	model_init(&m, "many");
	for (int i = 0; i < INPUTS; i++) {
		inputs[i] = model_add_tensor(&m, "x", KERN_F32,
					     MODEL_SHAPE(1));
		model_add_input(&m, inputs[i]);
	}
	y = model_add_tensor(&m, "y", KERN_F32, MODEL_SHAPE(INPUTS));
	model_add_op(&m, KERN_CONCATENATION, NULL, inputs, INPUTS, y);
	model_add_output(&m, y);
	return save(folder, "many", &m);
}

static const char *const files[] = {
	"chain.tflite", "branch.tflite", "curves.tflite", "moves.tflite",
	"text/int16.txt", "text/states.txt", "text/states-float.txt",
	"text/types.txt", "text/sample.txt", "text/plain.txt",
};

enum { FILES = sizeof(files) / sizeof(files[0]) };

static int seed_file(const char *folder, int i)
{
	struct buf file = BUF_INIT;
	struct model m;
	char path[100], name[20];
	int ret;

	snprintf(path, sizeof(path), "testdata/model/%s", files[i]);
	snprintf(name, sizeof(name), "file%d", i);
	ret = file_read(path, 1 << 20, &file, NULL);
	if (!ret && model_is_tflite(file.data, file.len))
		ret = model_read_tflite(&m, file.data, file.len, NULL);
	else if (!ret)
		ret = model_parse(&m, (const char *)file.data, file.len,
				  NULL);
	buf_release(&file);
	return ret ? ret : save(folder, name, &m);
}

int main(int argc, char **argv)
{
	if (argc != 2 || seed(argv[1], KERN_S8) || seed(argv[1], KERN_F32) ||
	    seed_int4(argv[1]) || seed_many(argv[1]))
		return 1;
	for (int i = 0; i < FILES; i++)
		if (seed_file(argv[1], i))
			return 1;
	return 0;
}
