/*
 * mac - multiply and add twice: what carries through a long multiplication.
 * A core with an instruction for it has its own mac.h under mcu/arch; the
 * build's include path chooses.
 */
#ifndef TINYML_ARCH_MAC_H
#define TINYML_ARCH_MAC_H

#include <stdint.h>

/* *low and the result are the halves of a * b + *low + carry, which never
 * overflows 64 bits. */
static inline uint32_t mac(uint32_t *low, uint32_t a, uint32_t b,
			   uint32_t carry)
{
	uint64_t sum = (uint64_t)a * b + *low + carry;

	*low = (uint32_t)sum;
	return (uint32_t)(sum >> 32);
}

#endif
