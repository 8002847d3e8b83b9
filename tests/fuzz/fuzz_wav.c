/* wav_parse: any bytes are refused in words or give samples inside the file. */
#include <stddef.h>
#include <stdint.h>

#include "dataset/wav.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	volatile float sum = 0;
	struct wav wav;

	if (wav_parse(&wav, data, size, &err))
		return 0;
	for (size_t i = 0; i < wav.frames * wav.channels; i++)
		sum = sum + wav_real(&wav, i);
	return 0;
}
