#include <criterion/criterion.h>

#include "kern/kern.h"

Test(ops, every_id_and_builtin_code_is_one_row)
{
	unsigned found = 0;

	for (unsigned id = 0; id < 65536; id++) {
		const struct kern_op_info *info = kern_op_info(id);

		if (!info)
			continue;
		found++;
		cr_assert_eq(info->id, id);
		cr_assert_eq(kern_op_of_tflite(info->tflite), info);
		cr_assert_leq(info->acts_min, info->acts_max);
	}
	cr_assert_geq(found, 25);
	cr_assert_null(kern_op_info(0));
}

Test(ops, numbers_in_images_never_change)
{
	cr_assert_eq(KERN_CONV_2D, 1);
	cr_assert_eq(KERN_DEPTHWISE_CONV_2D, 2);
	cr_assert_eq(KERN_FULLY_CONNECTED, 3);
	cr_assert_eq(KERN_AVERAGE_POOL_2D, 4);
	cr_assert_eq(KERN_MAX_POOL_2D, 5);
	cr_assert_eq(KERN_ADD, 6);
	cr_assert_eq(KERN_RESHAPE, 7);
	cr_assert_eq(KERN_SOFTMAX, 8);
	cr_assert_eq(KERN_PAD, 9);
	cr_assert_eq(KERN_PADV2, 10);
	cr_assert_eq(KERN_STRIDED_SLICE, 11);
	cr_assert_eq(KERN_TRANSPOSE, 12);
	cr_assert_eq(KERN_CONCATENATION, 13);
	cr_assert_eq(KERN_SUB, 14);
	cr_assert_eq(KERN_MUL, 15);
	cr_assert_eq(KERN_MINIMUM, 16);
	cr_assert_eq(KERN_MAXIMUM, 17);
	cr_assert_eq(KERN_RELU, 18);
	cr_assert_eq(KERN_RELU6, 19);
	cr_assert_eq(KERN_LEAKY_RELU, 20);
	cr_assert_eq(KERN_HARD_SWISH, 21);
	cr_assert_eq(KERN_LOGISTIC, 22);
	cr_assert_eq(KERN_TANH, 23);
	cr_assert_eq(KERN_QUANTIZE, 24);
	cr_assert_eq(KERN_TRANSPOSE_CONV, 25);
	cr_assert_eq(KERN_SVDF, 28);
	cr_assert_eq(KERN_RESIZE_NEAREST_NEIGHBOR, 30);
	cr_assert_eq(KERN_RESIZE_BILINEAR, 31);
	cr_assert_eq(KERN_UNIDIRECTIONAL_SEQUENCE_LSTM, 29);
}
