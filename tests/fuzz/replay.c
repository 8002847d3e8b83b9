/*
 * replay FILE... - give each file to the fuzz entry this is linked with, one
 * TAP line each: what once was found stays found, without a fuzzer.
 */
#include <stdint.h>
#include <stdio.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct buf bytes = BUF_INIT;
		struct err err = { 0 };

		if (file_read(argv[i], (size_t)1 << 24, &bytes, &err)) {
			printf("not ok - %s: %s\n", argv[i], err.text);
			return 1;
		}
		LLVMFuzzerTestOneInput(bytes.data, bytes.len);
		buf_release(&bytes);
		printf("ok - %s\n", argv[i]);
		fflush(stdout);
	}
	return 0;
}
