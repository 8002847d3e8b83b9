/*
 * mac - as mcu/arch/generic/mac.h, by the one instruction that cores with the
 * DSP extension have for it (GCC 12 does not find it by itself).
 */
#ifndef TINYML_ARCH_MAC_H
#define TINYML_ARCH_MAC_H

#include <stdint.h>

static inline uint32_t mac(uint32_t *low, uint32_t a, uint32_t b,
			   uint32_t carry)
{
	__asm__("umaal %0, %1, %2, %3"
		: "+r" (*low), "+r" (carry) : "r" (a), "r" (b));
	return carry;
}

#endif
