/* model_parse: any text is refused with its line, or gives a model whose own
 * text parses again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT;
	struct err err = { 0 };
	struct model m;

	if (model_parse(&m, (const char *)data, size, &err))
		return 0;
	model_print(&m, false, &text);
	model_release(&m);
	if (model_parse(&m, (const char *)text.data, text.len, &err))
		abort();
	model_release(&m);
	buf_release(&text);
	return 0;
}
