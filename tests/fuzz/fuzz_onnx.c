/* onnx_read_model: any bytes are refused in words, or give a sound model that
 * can be planned and run inside its guards. */
#include <stddef.h>
#include <stdint.h>

#include "fuzz_model.h"
#include "onnx/onnx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct model m;

	if (onnx_read_model(&m, data, size, &err)) {
		if (!err.kind || !err.text[0])
			abort();
		return 0;
	}
	if (model_check(&m, &err))
		abort();
	fuzz_model(&m);
	model_release(&m);
	return 0;
}
