/*
 * model - what vectors.c runs: a model image behind the program (image.c), or
 * emitted C (emit.c writes its table behind it).
 */
#ifndef TINYML_TESTS_BOARD_MODEL_H
#define TINYML_TESTS_BOARD_MODEL_H

#include <stdint.h>

enum { MODEL_PORTS = 4 };

struct model_ports {
	uint32_t count, bytes[MODEL_PORTS];
	void *(*data)(unsigned i);
};

struct board_model {
	struct model_ports in, out;
	uint32_t arena_bytes;		/* at link_arena */
	void (*invoke)(void);
	void (*reset)(void);		/* its states */
};

/* NULL when there is none that runs here; why is printed. */
const struct board_model *board_model(void);

#endif
