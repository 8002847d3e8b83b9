/* seeds_onnx DIR - what fuzz_onnx starts from: a small net per line of
 * seeds_onnx.h, and per refusal. */
#include <stdio.h>

#include "../lib/onnx_text.h"
#include "base/file.h"

/* Every net has these, and reads what it likes. */
#define PRELUDE \
	"input x float 1,2,4,4\n" \
	"const zero float . 0\n" \
	"const six float . 6\n" \
	"const two float 2 0 6\n" \
	"const four float 4 1 2 -1 0.5\n" \
	"const per float 2,1,1 2 -3\n" \
	"const square float 4,4 1 -1 2 0 3\n" \
	"const wide float 32,4 1 -1 0.5 2 -2\n" \
	"const filter float 2,2,3,3 0 6 -1 2 0.5 3 1 1 -2\n" \
	"const depth float 2,1,2,2 0 6 -1 2 0.5\n" \
	"const line float 2,2,3 1 -1 0.5\n" \
	"packed order int64 2 3 2\n" \
	"single first int32 2 0 1\n" \
	"packed some float 2 1 -1\n" \
	"single others float 2 1 -1\n" \
	"const huge int64 1 9999999999\n" \
	"Conv x filter : c pads=1,1,1,1\n"

static const char *const seeds[] = {
#include "seeds_onnx.h"
};

static int write_file(const char *folder, int i, const char *text)
{
	struct buf file = BUF_INIT;
	char path[4096];
	int ret;

	snprintf(path, sizeof(path), "%s/net%03d", folder, i);
	onnx_from_text(&file, text);
	ret = file_write(path, file.data, file.len, 0644, NULL);
	buf_release(&file);
	return ret;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(seeds) / sizeof(*seeds); i++)
		if (write_file(argv[1], (int)i, seeds[i]))
			return 1;
	return argc != 2;
}
