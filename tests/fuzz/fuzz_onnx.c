/* model_read_onnx: any bytes are refused in words, or give a sound model that
 * can be planned and run inside its guards. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/onnx.h"
#include "plan/runner.h"

enum { SMALL = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t in[SMALL], out[SMALL];
	struct err err = { 0 };
	struct plan_runner r;
	struct model m;

	if (model_read_onnx(&m, data, size, &err)) {
		if (!err.kind || !err.text[0])
			abort();
		return 0;
	}
	if (model_check(&m, &err))
		abort();
	if (m.op_count < 64 && !plan_runner_open_model(&r, &m, &err)) {
		if (r.plan.macs < SMALL && r.input_bytes < SMALL &&
		    r.output_bytes < SMALL && r.arena_bytes < SMALL)
			plan_runner_infer(&r, in, out);
		if (!plan_runner_guards_hold(&r))
			abort();
		plan_runner_close(&r);
	}
	model_release(&m);
	return 0;
}
