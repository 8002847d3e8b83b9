/*
 * run_open: any bytes are refused, or run without touching anything outside
 * the arena and the image.
 *
 * The image is copied to memory of exactly its size, so that the address
 * sanitizer sees reads behind it; the arena is small, which keeps the work of
 * a hostile but valid image small too.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "run/run.h"

enum { ARENA_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What an application may ask of an image it has not run yet. */
static void ask(const struct model_image *img)
{
	struct model_image_vector vector;
	size_t n;

	for (unsigned i = 0; model_image_label(img, i); i++)
		;
	model_image_info(img, "name");
	model_image_info(img, "version");
	model_image_golden(img, 0, &vector);
	model_image_section(img, MODEL_IMAGE_FEATURES, &n);
	model_image_crc_check(img);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *image, *arena;
	struct run run;

	if (posix_memalign(&image, MODEL_IMAGE_ALIGN, size + !size) ||
	    posix_memalign(&arena, RUN_ARENA_ALIGN, ARENA_BYTES))
		abort();
	if (size)
		memcpy(image, data, size);
	memset(arena, 0, ARENA_BYTES);
	if (!run_open(&run, &run_host, image, size, arena, ARENA_BYTES)) {
		ask(&run.image);
		run_invoke(&run);
	}
	free(image);
	free(arena);
	return 0;
}
