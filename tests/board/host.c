#include "host.h"

#include <string.h>

#include "bare.h"

enum {
	SYS_OPEN = 0x01, SYS_READ = 0x06,
	SYS_GET_CMDLINE = 0x15,
	OPEN_READ_BINARY = 1,
};

void host_args(char text[static HOST_ARGS_BYTES])
{
	struct { char *text; size_t room; } block = { text, HOST_ARGS_BYTES };

	if (bare_host(SYS_GET_CMDLINE, &block))
		text[0] = 0;
}

void host_number(uint32_t n)
{
	char text[12] = { 0 }, *p = text + sizeof(text) - 1;

	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	*--p = ' ';
	bare_print(p);
}

int host_open(const char *path)
{
	struct { const char *path; int mode; size_t n; } block = {
		path, OPEN_READ_BINARY, strlen(path) };

	return bare_host(SYS_OPEN, &block);
}

uint32_t host_read(int file, void *bytes, uint32_t n)
{
	struct { int file; void *bytes; uint32_t n; } block = { file, bytes,
								n };

	return n - (uint32_t)bare_host(SYS_READ, &block);
}
