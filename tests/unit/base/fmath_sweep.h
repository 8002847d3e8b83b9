/*
 * fmath_sweep - one number that stands for every bit of fmath's results.
 *
 * fmath_sweep_crc runs all functions over 100,000 seeded points and returns
 * the CRC-32 of the results; the others are the same source compiled with
 * other flags (see lib/base/module.mk).  All must agree, everywhere.
 */
#ifndef TINYML_TEST_FMATH_SWEEP_H
#define TINYML_TEST_FMATH_SWEEP_H

#include <stdint.h>

uint32_t fmath_sweep_plain(void);	/* -O0 */
uint32_t fmath_sweep_usual(void);	/* -O2 */
uint32_t fmath_sweep_native(void);	/* -O3 -march=native */

#endif
