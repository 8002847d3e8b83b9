#include "flash/deliver.h"

static int differs(const char *what, size_t vector, const uint8_t *want,
		   const struct buf *got, size_t n, struct err *err)
{
	size_t i = 0;

	if (got->len != n)
		return err_set(err, ERR_NO, "the board's %s of golden vector "
			       "%zu has %zu bytes instead of %zu", what, vector,
			       got->len, n);
	while (i < n && got->data[i] == want[i])
		i++;
	if (i == n)
		return 0;
	return err_set(err, ERR_NO, "the board's %s of golden vector %zu "
		       "differs from the host's at byte %zu: %d instead of %d",
		       what, vector, i, (int8_t)got->data[i], (int8_t)want[i]);
}

static int one(struct smp_link *sl, const struct firmware *f, size_t i,
	       uint32_t *us, struct err *err)
{
	const uint8_t *in = f->golden + i * (f->input_bytes + f->output_bytes);
	struct ask_answer answer = { 0 };
	int ret;

	if (f->pcm)
		ret = ask_run(sl, WIRE_PCM, f->pcm + i * f->pcm_samples,
			      f->pcm_samples * sizeof(*f->pcm), &answer, err);
	else
		ret = ask_run(sl, WIRE_TENSOR, in, f->input_bytes, &answer,
			      err);
	if (!ret && f->pcm)
		ret = differs("features", i, in, &answer.features,
			      f->input_bytes, err);
	if (!ret)
		ret = differs("answer", i, in + f->input_bytes, &answer.output,
			      f->output_bytes, err);
	*us = answer.us;
	ask_answer_release(&answer);
	return ret;
}

int deliver_golden(struct smp_link *sl, const struct firmware *firmware,
		   const struct progress *progress, size_t *compared,
		   uint32_t *us, struct err *err)
{
	int ret = 0;

	*compared = 0;
	*us = 0;
	for (size_t i = 0; i < firmware->golden_count && !ret; i++) {
		uint32_t took = 0;

		ret = one(sl, firmware, i, &took, err);
		if (took > *us)
			*us = took;
		*compared += !ret;
		progress_tick(progress, "golden vectors", (double)(i + 1),
			      (double)firmware->golden_count, NULL);
	}
	return ret;
}
