/* model_read_tflite: any bytes are refused in words, or give a model that can
 * be written and read again, planned, and run inside its guards. */
#include <stddef.h>
#include <stdint.h>

#include "fuzz_model.h"
#include "model/tflite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf again = BUF_INIT;
	struct err err = { 0 };
	struct model m;

	if (model_read_tflite(&m, data, size, &err)) {
		if (!err.kind || !err.text[0])
			abort();
		return 0;
	}
	if (model_check(&m, &err) || model_write_tflite(&m, &again, &err))
		abort();
	model_release(&m);
	if (model_read_tflite(&m, again.data, again.len, &err))
		abort();
	fuzz_model(&m);
	model_release(&m);
	buf_release(&again);
	return 0;
}
