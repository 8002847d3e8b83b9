/*
 * hal - what a board must offer.  This page is the porting manual.
 *
 * A port is one folder under mcu/port with a function that fills a struct hal,
 * start-up code (shared per core under mcu/arch), and a linker file.  The
 * application (mcu/app) never returns and calls nothing but these pointers.
 * No pointer may be NULL unless this page says so.  All run on one stack; the
 * interrupts a port uses for itself call nothing of the application.
 *
 * Flash.  The contract of image/flash.h.  Everything slots_check_layout asks
 *     must hold for `layout`, and sectors are at most HAL_SECTOR_MAX bytes:
 *     the agent collects one in RAM before it is written.  A port whose chip
 *     cannot read flash while it erases puts erase and program into RAM and
 *     masks interrupts; the link's buffer must survive the longest erase or
 *     the link must stall the sender.
 * Link.  A byte stream.  rx never blocks; tx blocks until taken.  At least
 *     link_room bytes that arrive while the application computes are kept.
 *     It is the only way in, so it works also when no model does.
 * Time.  now_ms counts from reset and wraps at 2^32; now_us may be as coarse
 *     as the board's timer and wraps at 2^32 as well.
 * Ticks.  Optional: a free-running counter of info.tick_hz, the processor's
 *     clock where that can be had, wrapping at 2^32; profiles are counted in
 *     it.  NULL when the board has nothing finer than now_us.
 * Watchdog.  Runs from start-up.  The application feeds it between steps; a
 *     model that hangs is not fed and the board resets within watchdog_ms.
 *     A crash (fault, stack overflow) resets the board at once.
 * Reset.  Does not return.
 * Microphone.  NULL when the board has none.  mic_read gives up to n samples
 *     that are due by now and never blocks.  `lost` grows by the samples
 *     the application was too late for.
 */
#ifndef TINYML_HAL_H
#define TINYML_HAL_H

#include <stddef.h>
#include <stdint.h>

#include "image/flash.h"
#include "image/slots.h"

enum { HAL_UNIQUE_BYTES = 8, HAL_SECTOR_MAX = 4096 };

struct hal_info {
	const char *board;	/* name in the board database: "mps2-an386" */
	const char *core;	/* "cortex-m4f", "host" */
	uint32_t ram_bytes, flash_bytes;	/* of the chip */
	uint32_t clock_hz;
	uint32_t link_bits_per_second;	/* 0: not limited by a rate */
	uint32_t link_room;
	uint8_t is_raw_link;	/* packets bare (TCP), not as console lines:
				   wire/smp_frame.h */
	uint32_t watchdog_ms;	/* 0: no watchdog */
	uint32_t tick_hz;	/* of ticks; 0 without */
	uint8_t unique[HAL_UNIQUE_BYTES];	/* serial number */
};

struct hal_mic {
	uint32_t rate_hz;
	int (*start)(void *ctx);	/* 0 or ERR_DEVICE */
	void (*stop)(void *ctx);
	size_t (*read)(void *ctx, int16_t *samples, size_t n, uint32_t *lost);
};

struct hal {
	struct hal_info info;
	struct flash flash;
	struct slots_layout layout;
	size_t (*rx)(void *ctx, uint8_t *bytes, size_t room);
	void (*tx)(void *ctx, const uint8_t *bytes, size_t n);
	/* Sleep until a byte or a tick may have come, at most ms. */
	void (*idle)(void *ctx, uint32_t ms);
	uint32_t (*now_ms)(void *ctx);
	uint32_t (*now_us)(void *ctx);
	uint32_t (*ticks)(void *ctx);	/* may be NULL */
	void (*feed)(void *ctx);
	void (*reset)(void *ctx) __attribute__((noreturn));
	const struct hal_mic *mic;	/* may be NULL */
	void *ctx;
};

/* The port's side of start-up; called once by main. */
void hal_init(struct hal *hal, int argc, char **argv);

#endif
