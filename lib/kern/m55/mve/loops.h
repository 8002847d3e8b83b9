/*
 * loops - as m55/portable/loops.h, instruction by instruction: GCC 12 spills
 * what these loops keep in registers.
 *
 * They are functions without a frame, so they hold all registers, and no
 * predicate of a caller lives across a call.
 */
#ifndef TINYML_KERN_M55_LOOPS_H
#define TINYML_KERN_M55_LOOPS_H

#include "kern/m55/output.h"

#define LOOPS_FUNCTION(name, type) \
	static __attribute__((naked, noipa, unused)) \
	void name(__attribute__((unused)) type argument)

/* Halves of negative values down: q2 is free then. */
#define LOOPS_SIGNED(v, free) \
	"vshr.s32	" free ", " v ", #31\n\t" \
	"vadd.i32	" v ", " v ", " free "\n\t"
#define LOOPS_UNSIGNED(v, free)

/* ---- rows ---------------------------------------------------------------- */

/* In portable/loops.h's words; the assembly names members by their place. */
struct simd_rows {
	const int32_t *bias;		/* 0 */
	const int8_t *weights;		/* 4 */
	const int32_t *multiplier;	/* 8 */
	const int8_t *shift;
	const int8_t *x, *y;		/* 16 */
	int8_t *out, *out_y;		/* 24 */
	int32_t chunks, rest;		/* 32 */
	const int8_t *end;		/* 40 */
	int32_t zero;			/* 44 */
};

_Static_assert(offsetof(struct simd_rows, zero) == 44, "see above");

/*
 * r0 r2 r4 r6    sums of x         q0 q1  x y
 * r8 r10 r12 lr  sums of y         q2 q3  rows, then factors
 * r1 r3 r5       weights, x, y     q4     zero
 * r11            the struct
 *
 * Sixteen elements of four rows and two inputs take 14 instructions.
 */
#define LOOPS_ROWS(ROUND) \
	"push		{r4-r11, lr}\n\t" \
	"vpush		{d8-d9}\n\t" \
	"mov		r11, r0\n\t" \
	"ldr		r1, [r11, #4]\n\t" \
	"ldr		r7, [r11, #44]\n\t" \
	"vdup.16	q4, r7\n" \
	"1:\n\t" \
	"ldr		r9, [r11]\n\t" \
	"ldrd		r0, r2, [r9], #8\n\t" \
	"ldrd		r4, r6, [r9], #8\n\t" \
	"str		r9, [r11]\n\t" \
	"ldrd		r3, r5, [r11, #16]\n\t" \
	"ldr		r7, [r11, #32]\n\t" \
	"mov		r8, r0\n\t" \
	"mov		r10, r2\n\t" \
	"mov		r12, r4\n\t" \
	"mov		lr, r6\n\t" \
	"cbz		r7, 3f\n" \
	"2:\n\t" \
	"vldrb.8	q0, [r3], #16\n\t" \
	"vldrb.8	q2, [r1], #16\n\t" \
	"vmladava.s8	r0, q0, q2\n\t" \
	"vldrb.8	q1, [r5], #16\n\t" \
	"vmladava.s8	r8, q1, q2\n\t" \
	"vldrb.8	q3, [r1], #16\n\t" \
	"vmladava.s8	r2, q0, q3\n\t" \
	"vmladava.s8	r10, q1, q3\n\t" \
	"vldrb.8	q2, [r1], #16\n\t" \
	"vmladava.s8	r4, q0, q2\n\t" \
	"vmladava.s8	r12, q1, q2\n\t" \
	"vldrb.8	q3, [r1], #16\n\t" \
	"vmladava.s8	r6, q0, q3\n\t" \
	"vmladava.s8	lr, q1, q3\n\t" \
	"subs		r7, #1\n\t" \
	"bne		2b\n" \
	"3:\n\t" \
	"ldr		r7, [r11, #36]\n\t" \
	"cbz		r7, 4f\n\t" \
	"vctp.8		r7\n\t" \
	"vpstt\n\t" \
	"vldrbt.8	q0, [r3]\n\t" \
	"vldrbt.8	q1, [r5]\n\t" \
	"vldrb.8	q2, [r1]\n\t" \
	"add		r1, r7\n\t" \
	"vmladava.s8	r0, q0, q2\n\t" \
	"vmladava.s8	r8, q1, q2\n\t" \
	"vldrb.8	q3, [r1]\n\t" \
	"add		r1, r7\n\t" \
	"vmladava.s8	r2, q0, q3\n\t" \
	"vmladava.s8	r10, q1, q3\n\t" \
	"vldrb.8	q2, [r1]\n\t" \
	"add		r1, r7\n\t" \
	"vmladava.s8	r4, q0, q2\n\t" \
	"vmladava.s8	r12, q1, q2\n\t" \
	"vldrb.8	q3, [r1]\n\t" \
	"add		r1, r7\n\t" \
	"vmladava.s8	r6, q0, q3\n\t" \
	"vmladava.s8	lr, q1, q3\n" \
	"4:\n\t" \
	"ldrd		r7, r5, [r11, #8]\n\t" \
	"vmov		q0[2], q0[0], r0, r4\n\t" \
	"vmov		q0[3], q0[1], r2, r6\n\t" \
	"vmov		q1[2], q1[0], r8, r12\n\t" \
	"vmov		q1[3], q1[1], r10, lr\n\t" \
	"vldrw.u32	q2, [r7], #16\n\t" \
	"vldrb.s32	q3, [r5], #4\n\t" \
	"vqrdmulh.s32	q0, q0, q2\n\t" \
	"vqrdmulh.s32	q1, q1, q2\n\t" \
	"strd		r7, r5, [r11, #8]\n\t" \
	ROUND("q0", "q2") \
	ROUND("q1", "q2") \
	"vrshl.s32	q0, q0, q3\n\t" \
	"vrshl.s32	q1, q1, q3\n\t" \
	"ldrd		r7, r5, [r11, #24]\n\t" \
	"vqmovnb.s32	q0, q0\n\t" \
	"vqmovnt.s32	q0, q1\n\t" \
	"ldr		r3, [r11, #40]\n\t" \
	"vqadd.s16	q0, q0, q4\n\t" \
	"vqmovnb.s16	q0, q0\n\t" \
	"vstrb.32	q0, [r7], #4\n\t" \
	"vshr.u32	q0, q0, #16\n\t" \
	"vstrb.32	q0, [r5], #4\n\t" \
	"strd		r7, r5, [r11, #24]\n\t" \
	"cmp		r7, r3\n\t" \
	"bne		1b\n\t" \
	"vpop		{d8-d9}\n\t" \
	"pop		{r4-r11, pc}"

LOOPS_FUNCTION(loops_rows_signed, struct simd_rows *)
{
	__asm__ volatile(LOOPS_ROWS(LOOPS_SIGNED));
}

LOOPS_FUNCTION(loops_rows_unsigned, struct simd_rows *)
{
	__asm__ volatile(LOOPS_ROWS(LOOPS_UNSIGNED));
}

static inline void simd_rows_2(struct simd_rows *r, bool is_signed)
{
	if (is_signed)
		loops_rows_signed(r);
	else
		loops_rows_unsigned(r);
}

/* ---- lines --------------------------------------------------------------- */

struct simd_line {
	const int8_t *x[4];		/* 0 */
	const int8_t *weights;		/* 16 */
	const int32_t *bias, *multiplier;	/* 20 */
	const int8_t *shift;		/* 28 */
	int8_t *out;			/* 32 */
	size_t out_step;
	int32_t n, zero;		/* 40 */
	size_t step;			/* 48 */
	size_t window;
};

_Static_assert(offsetof(struct simd_line, step) == 48, "see above");

/*
 * r1 r3 r5 r9  planes               q0 ... q3  weights
 * r0 r2 r4 r6  sums                 q4         windows, sums
 * r8           step                 q5 q6      factors
 * r7 r10       out and its step     q7         bias, when it stays
 * r11          zero
 * r12          bias, when it does not
 *
 * Four outputs take 19 or 22 instructions.
 */
#define LOOPS_LINE(WINDOW, BIAS, ROUND) \
	"push		{r4-r11, lr}\n\t" \
	"vpush		{d8-d15}\n\t" \
	"ldr		r1, [r0, #16]\n\t" \
	"vldrb.8	q0, [r1], #16\n\t" \
	"vldrb.8	q1, [r1], #16\n\t" \
	"vldrb.8	q2, [r1], #16\n\t" \
	"vldrb.8	q3, [r1]\n\t" \
	"ldrd		r12, r1, [r0, #20]\n\t" \
	"vldrw.u32	q7, [r12]\n\t" \
	"vldrw.u32	q5, [r1]\n\t" \
	"ldr		r1, [r0, #28]\n\t" \
	"vldrb.s32	q6, [r1]\n\t" \
	"ldrd		r7, r10, [r0, #32]\n\t" \
	"ldrd		lr, r11, [r0, #40]\n\t" \
	"ldr		r8, [r0, #48]\n\t" \
	"ldrd		r1, r3, [r0]\n\t" \
	"ldrd		r5, r9, [r0, #8]\n\t" \
	"dls		lr, lr\n" \
	"1:\n\t" \
	WINDOW("r1") \
	"vmladav.s8	r0, q4, q0\n\t" \
	WINDOW("r3") \
	"vmladav.s8	r2, q4, q1\n\t" \
	WINDOW("r5") \
	"vmladav.s8	r4, q4, q2\n\t" \
	WINDOW("r9") \
	"vmladav.s8	r6, q4, q3\n\t" \
	BIAS \
	"vmov		q4[2], q4[0], r0, r4\n\t" \
	"vmov		q4[3], q4[1], r2, r6\n\t" \
	"vadd.i32	q4, q4, q7\n\t" \
	"vqrdmulh.s32	q4, q4, q5\n\t" \
	ROUND("q4", "q7") \
	"vrshl.s32	q4, q4, q6\n\t" \
	"vqmovnb.s32	q4, q4\n\t" \
	"vqadd.s16	q4, q4, r11\n\t" \
	"vqmovnb.s16	q4, q4\n\t" \
	"vstrb.32	q4, [r7]\n\t" \
	"add		r7, r10\n\t" \
	"le		lr, 1b\n\t" \
	"vpop		{d8-d15}\n\t" \
	"pop		{r4-r11, pc}"

#define LOOPS_NEXT_4(p) "vldrb.8	q4, [" p "], #4\n\t"
#define LOOPS_NEXT_8(p) "vldrb.8	q4, [" p "], #8\n\t"
#define LOOPS_NEXT(p) "vldrb.8	q4, [" p "]\n\tadd	" p ", r8\n\t"
#define LOOPS_BIAS "vldrw.u32	q7, [r12]\n\t"

LOOPS_FUNCTION(loops_line_signed_4, const struct simd_line *)
{
	__asm__ volatile(LOOPS_LINE(LOOPS_NEXT_4, LOOPS_BIAS, LOOPS_SIGNED));
}

LOOPS_FUNCTION(loops_line_signed_8, const struct simd_line *)
{
	__asm__ volatile(LOOPS_LINE(LOOPS_NEXT_8, LOOPS_BIAS, LOOPS_SIGNED));
}

LOOPS_FUNCTION(loops_line_signed, const struct simd_line *)
{
	__asm__ volatile(LOOPS_LINE(LOOPS_NEXT, LOOPS_BIAS, LOOPS_SIGNED));
}

LOOPS_FUNCTION(loops_line_4, const struct simd_line *)
{
	__asm__ volatile(LOOPS_LINE(LOOPS_NEXT_4, "", LOOPS_UNSIGNED));
}

LOOPS_FUNCTION(loops_line_8, const struct simd_line *)
{
	__asm__ volatile(LOOPS_LINE(LOOPS_NEXT_8, "", LOOPS_UNSIGNED));
}

LOOPS_FUNCTION(loops_line, const struct simd_line *)
{
	__asm__ volatile(LOOPS_LINE(LOOPS_NEXT, "", LOOPS_UNSIGNED));
}

static inline int32_t loops_window(const int8_t *x, const int8_t *w, size_t n)
{
	int32_t sum = 0;

	for (; n; n -= 16, x += 16, w += 16)
		sum = vmladavaq_s8(sum, vldrbq_s8(x), vldrbq_s8(w));
	return sum;
}

/* Windows of several vectors. */
static inline __attribute__((always_inline))
void loops_wide(const struct simd_line *l, bool is_signed)
{
	simd_v4 bias = simd_load(l->bias);
	struct m55_factor f = { simd_load(l->multiplier),
				simd_load_s8(l->shift) };
	size_t at = 0, n = l->window;
	int8_t *out = l->out;

	for (int32_t i = l->n; i; i--, out += l->out_step, at += l->step) {
		const int8_t *w = l->weights;
		int32_t a = loops_window(l->x[0] + at, w, n);
		int32_t b = loops_window(l->x[1] + at, w + n, n);
		int32_t c = loops_window(l->x[2] + at, w + 2 * n, n);
		int32_t d = loops_window(l->x[3] + at, w + 3 * n, n);
		simd_v4 v = simd_add(simd_set(a, b, c, d), bias);

		simd_store(out, m55_scaled(v, f, is_signed), l->zero);
	}
}

static inline void simd_line(const struct simd_line *l, bool is_signed)
{
	if (l->window > 16)
		loops_wide(l, is_signed);
	else if (l->step == 4)
		(is_signed ? loops_line_signed_4 : loops_line_4)(l);
	else if (l->step == 8)
		(is_signed ? loops_line_signed_8 : loops_line_8)(l);
	else
		(is_signed ? loops_line_signed : loops_line)(l);
}

#endif
