/*
 * host - more of semihosting (ARM IHI 0100, "Semihosting for AArch32 and
 * AArch64") than bare.h has: how a bare program under QEMU reads files.
 */
#ifndef TINYML_TESTS_BOARD_HOST_H
#define TINYML_TESTS_BOARD_HOST_H

#include <stddef.h>
#include <stdint.h>

enum { HOST_ARGS_BYTES = 512 };

/* The command line, NUL at its end; words are separated by blanks. */
void host_args(char text[static HOST_ARGS_BYTES]);

/* A number in decimal, after a blank. */
void host_number(uint32_t n);

/* A file for reading; negative when there is none. */
int host_open(const char *path);

/* Fill n bytes. What the file does not have any more stays as it was; the
 * bytes read are returned. */
uint32_t host_read(int file, void *bytes, uint32_t n);

#endif
