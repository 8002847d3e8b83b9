/* seeds_tflite DIR - what fuzz_tflite starts from: an int8 and a float model
 * with one of everything. */
#include <stdio.h>

#include "../lib/sample_model.h"
#include "base/file.h"
#include "model/tflite.h"

static int seed(const char *folder, enum kern_type type)
{
	struct buf file = BUF_INIT;
	struct model m;
	char path[4096];
	int ret;

	sample_model(&m, type);
	ret = model_write_tflite(&m, &file, NULL);
	snprintf(path, sizeof(path), "%s/%s", folder, model_type_name(type));
	if (!ret)
		ret = file_write(path, file.data, file.len, 0644, NULL);
	model_release(&m);
	buf_release(&file);
	return ret;
}

int main(int argc, char **argv)
{
	if (argc != 2 || seed(argv[1], KERN_S8) || seed(argv[1], KERN_F32))
		return 1;
	return 0;
}
