#include "kern/broadcast.h"
#include "kern/f32/f32.h"

static void product(const struct kern_matmul_f32 *k, const float *a,
		    const float *b, float *out)
{
	for (int32_t r = 0; r < k->out.w; r++, a += k->a.c)
		for (int32_t c = 0; c < k->out.c; c++) {
			float sum = 0;

			for (int32_t d = 0; d < k->a.c; d++)
				sum = __builtin_fmaf(a[d],
					b[(size_t)d * k->b.c + c], sum);
			*out++ = sum;
		}
}

void kern_matmul_f32(const struct kern_matmul_f32 *k, const float *a,
		     const float *b, float *out)
{
	for (int32_t n = 0; n < k->out.n; n++)
		for (int32_t h = 0; h < k->out.h; h++) {
			product(k, a + broadcast_row(&k->a, n, h, 0),
				b + broadcast_row(&k->b, n, h, 0), out);
			out += (size_t)k->out.w * k->out.c;
		}
}
