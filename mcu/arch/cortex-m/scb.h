/*
 * scb - the registers every Cortex-M has (ARMv7-M Architecture Reference
 * Manual, DDI 0403E, chapter B3).
 */
#ifndef TINYML_ARCH_SCB_H
#define TINYML_ARCH_SCB_H

#include <stdint.h>

static inline volatile uint32_t *reg(uint32_t address)
{
	return (volatile uint32_t *)(uintptr_t)address;
}

enum {
	SYST_CSR = 0xE000E010, SYST_RVR = 0xE000E014, SYST_CVR = 0xE000E018,
	NVIC_ISER = 0xE000E100,
	SCB_AIRCR = 0xE000ED0C,
	MPU_TYPE = 0xE000ED90, MPU_CTRL = 0xE000ED94, MPU_RBAR = 0xE000ED9C,
	MPU_RASR = 0xE000EDA0,
	AIRCR_RESET = 0x05FA0004,
};

static inline void barrier(void)
{
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

static inline void wait_for_interrupt(void)
{
	__asm__ volatile("wfi" ::: "memory");
}

static inline void interrupts_on(void)
{
	__asm__ volatile("cpsie i" ::: "memory");
}

static inline void interrupts_off(void)
{
	__asm__ volatile("cpsid i" ::: "memory");
}

#endif
