/* seeds_model_text DIR - what fuzz_model_text starts from: an int8 and a float
 * model with one of everything. */
#include <stdio.h>

#include "../lib/sample_model.h"
#include "base/file.h"
#include "model/text.h"

static int seed(const char *folder, enum kern_type type)
{
	struct buf text = BUF_INIT;
	struct model m;
	char path[4096];
	int ret;

	sample_model(&m, type);
	model_print(&m, false, &text);
	snprintf(path, sizeof(path), "%s/%s", folder, model_type_name(type));
	ret = file_write(path, text.data, text.len, 0644, NULL);
	model_release(&m);
	buf_release(&text);
	return ret;
}

int main(int argc, char **argv)
{
	if (argc != 2 || seed(argv[1], KERN_S8) || seed(argv[1], KERN_F32))
		return 1;
	return 0;
}
