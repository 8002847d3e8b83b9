/*
 * image MODEL.tflite ref|m4|m55|m0 OUT - plan a model for a set, write its
 * image, and print what the board program must answer (answer.h), arena and
 * constant bytes, MACs.
 */
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "base/file.h"
#include "model/tflite.h"

static enum kern_set set_of(const char *name)
{
	return strcmp(name, "m4") == 0 ? KERN_SET_M4 :
	       strcmp(name, "m55") == 0 ? KERN_SET_M55 :
	       strcmp(name, "m0") == 0 ? KERN_SET_M0 : KERN_SET_REF;
}

int main(int argc, char **argv)
{
	struct buf file = BUF_INIT, image = BUF_INIT;
	struct err err = { 0 };
	struct plan_runner r;
	struct model m;
	struct plan plan;

	if (argc != 4)
		return 2;
	if (file_read(argv[1], 1 << 24, &file, &err) ||
	    model_read_tflite(&m, file.data, file.len, &err) ||
	    plan_init(&plan, &m, set_of(argv[2]), &err) ||
	    plan_emit_image(&plan, NULL, &image, &err) ||
	    file_write(argv[3], image.data, image.len, 0644, &err) ||
	    plan_runner_open_model(&r, &m, &err))
		return answer_fail(&err);
	printf("%08x %u %u %llu\n", answer(&r), plan.arena_bytes,
	       plan.weight_bytes, (unsigned long long)plan.macs);
	plan_runner_close(&r);
	plan_release(&plan);
	model_release(&m);
	buf_release(&file);
	buf_release(&image);
	return 0;
}
