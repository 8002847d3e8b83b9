/*
 * scan - what is plugged in: USB devices by libusb, serial ports by
 * libserialport.  Only looks; nothing is opened or asked.
 */
#ifndef TINYML_LINK_SCAN_H
#define TINYML_LINK_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "board/board.h"

enum { SCAN_TEXT = 128 };

struct scan_usb {
	uint16_t vid, pid;
	char path[SCAN_TEXT];	/* bus and ports: "1-2.4"; stays the same when
				   a board comes back as its bootloader */
	char serial[SCAN_TEXT];	/* "" when there is none, or denied: */
	const struct board_usb *known;	/* NULL: in nobody's record */
	bool denied;		/* we may not open it */
};

struct scan_serial {
	char port[SCAN_TEXT];	/* "/dev/ttyACM0" */
	char what[SCAN_TEXT];	/* the driver's description, or "" */
	uint16_t vid, pid;	/* 0: not on USB */
	char serial[SCAN_TEXT];
	const struct board_usb *known;
};

struct scan {
	struct scan_usb *usb;
	size_t usb_count;
	struct scan_serial *serial;
	size_t serial_count;
};

/* Sorted by path and port. A machine without USB has none: no error. ERR_MEM,
 * ERR_IO. scan_release in every case. */
int scan_open(struct scan *scan, struct err *err);
void scan_release(struct scan *scan);

#endif
