/*
 * start - what vectors lead to.  Each core's vectors.c has the table, which
 * the linker file puts where the core looks for it.
 */
#ifndef TINYML_ARCH_START_H
#define TINYML_ARCH_START_H

#include <stdint.h>

typedef void start_vector(void);

extern uint32_t link_stack_top[];	/* from the linker file */

void start_reset(void) __attribute__((noreturn));
void start_fault(void) __attribute__((noreturn));

/* The port's: SysTick, and the interrupt of its UART. */
void port_tick(void);
void port_uart(void);

#endif
