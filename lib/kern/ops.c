#include "kern/kern.h"

static const struct kern_op_info ops[] = {
#define OP(name, id, tflite, acts_min, acts_max, consts, inplace, types) \
	{ #name, id, tflite, acts_min, acts_max, consts, inplace, types },
#include "kern/ops.def"
#undef OP
};

enum { OPS = sizeof(ops) / sizeof(ops[0]) };

const struct kern_op_info *kern_op_info(unsigned id)
{
	for (size_t i = 0; i < OPS; i++)
		if (ops[i].id == id)
			return &ops[i];
	return NULL;
}

const struct kern_op_info *kern_op_of_tflite(unsigned code)
{
	for (size_t i = 0; i < OPS; i++)
		if (ops[i].tflite == code)
			return &ops[i];
	return NULL;
}

unsigned kern_op_states(unsigned id)
{
	switch (id) {
	case KERN_SVDF:
		return 1;
	case KERN_UNIDIRECTIONAL_SEQUENCE_LSTM:
		return 2;
	default:
		return 0;
	}
}

size_t kern_type_bytes(unsigned type)
{
	switch (type) {
	case KERN_S8:
	case KERN_U8:
		return 1;
	case KERN_S16:
		return 2;
	case KERN_S32:
	case KERN_F32:
		return 4;
	case KERN_S64:
		return 8;
	default:
		return 0;
	}
}
