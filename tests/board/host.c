#include "host.h"

#include <string.h>

enum {
	SYS_OPEN = 0x01, SYS_WRITE0 = 0x04, SYS_READ = 0x06,
	SYS_GET_CMDLINE = 0x15, SYS_EXIT = 0x18,
	OPEN_READ_BINARY = 1,
	EXIT_GOOD = 0x20026, EXIT_ERROR = 0x20023,
};

static int call(int number, const void *argument)
{
	register int r0 __asm__("r0") = number;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

void host_args(char text[static HOST_ARGS_BYTES])
{
	struct { char *text; size_t room; } block = { text, HOST_ARGS_BYTES };

	if (call(SYS_GET_CMDLINE, &block))
		text[0] = 0;
}

void host_print(const char *text)
{
	call(SYS_WRITE0, text);
}

void host_number(uint32_t n)
{
	char text[12] = { 0 }, *p = text + sizeof(text) - 1;

	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	*--p = ' ';
	host_print(p);
}

int host_open(const char *path)
{
	struct { const char *path; int mode; size_t n; } block = {
		path, OPEN_READ_BINARY, strlen(path) };

	return call(SYS_OPEN, &block);
}

uint32_t host_read(int file, void *bytes, uint32_t n)
{
	struct { int file; void *bytes; uint32_t n; } block = { file, bytes,
								n };

	return n - (uint32_t)call(SYS_READ, &block);
}

void __attribute__((noreturn)) host_exit(int status)
{
	call(SYS_EXIT, (const void *)(uintptr_t)(status ? EXIT_ERROR :
						 EXIT_GOOD));
	for (;;)
		;
}
