/*
 * image - the model image that QEMU has loaded behind this program, run by
 * lib/run with the kernel set SET.
 */
#include <stddef.h>

#include "bare.h"
#include "host.h"
#include "model.h"
#include "run/run.h"

extern uint8_t link_image[], link_code_end[], link_arena[], link_ram_end[];

static struct run run;
static struct board_model model;

static void *input(unsigned i)
{
	return run_input(&run, i).data;
}

static void *output(unsigned i)
{
	return run_output(&run, i).data;
}

static void invoke(void)
{
	run_invoke(&run);
}

static void reset(void)
{
	run_reset(&run);
}

static void describe(struct model_ports *ports, unsigned count,
		     struct run_tensor (*port)(const struct run *, unsigned),
		     void *(*data)(unsigned))
{
	ports->count = count;
	ports->data = data;
	for (unsigned i = 0; i < count; i++)
		ports->bytes[i] = port(&run, i).desc.bytes;
}

const struct board_model *board_model(void)
{
	struct model_image_header header;
	int err = run_open(&run, &SET, link_image,
			   (size_t)(link_code_end - link_image), link_arena,
			   (size_t)(link_ram_end - link_arena));

	if (err) {
		bare_print("run_open: error");
		host_number((uint32_t)-err);
		bare_print("\n");
		return NULL;
	}
	model_image_header(&run.image, &header);
	describe(&model.in, run_input_count(&run), run_input, input);
	describe(&model.out, run_output_count(&run), run_output, output);
	model.arena_bytes = header.arena_bytes;
	model.invoke = invoke;
	model.reset = reset;
	return &model;
}
