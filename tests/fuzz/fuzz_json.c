/* json_read: any bytes are refused in words or give a tree of them. */
#include <stddef.h>
#include <stdint.h>

#include "dataset/json_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk(const struct json_node *node)
{
	size_t n = 1;

	json_member(node, "label");
	for (node = node->child; node; node = node->next)
		n += walk(node);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct json_node *tree;
	struct arena arena = { 0 };
	struct err err = { 0 };

	if (json_read(&tree, &arena, data, size, &err) == 0)
		walk(tree);
	arena_release(&arena);
	return 0;
}
