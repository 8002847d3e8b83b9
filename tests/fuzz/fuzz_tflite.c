/* model_read_tflite: any bytes are refused in words, or give a model that can
 * be written and read again, planned, and run inside its guards. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/tflite.h"
#include "plan/runner.h"

enum { SMALL = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t in[SMALL], out[SMALL];
	struct buf again = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;
	struct model m;

	if (model_read_tflite(&m, data, size, &err))
		return 0;
	if (model_write_tflite(&m, &again, &err) ||
	    model_check(&m, &err))
		abort();
	model_release(&m);
	if (!plan_runner_open(&r, again.data, again.len, &err)) {
		if (r.plan.macs < SMALL && r.input_bytes < SMALL &&
		    r.output_bytes < SMALL && r.arena_bytes < SMALL)
			plan_runner_infer(&r, in, out);
		if (!plan_runner_guards_hold(&r))
			abort();
		plan_runner_close(&r);
	}
	buf_release(&again);
	return 0;
}
