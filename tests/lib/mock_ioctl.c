/*
 * mock_ioctl - preloaded into a program that runs under umockdev-run: what a
 * serial port and a USB device answer and a pty and an empty file do not.
 *
 *     modem lines      the pty behind a mocked serial port has none, and
 *                      libserialport opens no port without.  They begin as
 *                      the kernel's do, DTR and RTS on; each change goes to
 *                      the file MOCK_LINES, one line of D, R, both or neither
 *     serial number    MOCK_SERIAL, the string descriptor that libusb reads
 *                      from a mocked USB device; without it devices refuse
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SETUP_BYTES = 8, STRING_TYPE = 3, ENGLISH = 0x0409 };

static int lines = TIOCM_DTR | TIOCM_RTS;
static struct usbdevfs_urb *done;	/* answered, not fetched yet */

static int set_lines(int now)
{
	const char *path = getenv("MOCK_LINES");
	FILE *file = path && now != lines ? fopen(path, "a") : NULL;

	lines = now;
	if (!file)
		return 0;
	fprintf(file, "%s%s\n", now & TIOCM_DTR ? "D" : "",
		now & TIOCM_RTS ? "R" : "");
	fclose(file);
	return 0;
}

/* A string descriptor: bytes, type, UTF-16; number 0 lists the languages. */
static int string_descriptor(unsigned char *out, int index, const char *text)
{
	int n = index ? 2 + 2 * (int)strlen(text) : 4;

	out[0] = (unsigned char)n;
	out[1] = STRING_TYPE;
	if (!index) {
		out[2] = ENGLISH & 255;
		out[3] = ENGLISH >> 8;
	}
	for (int i = 0; index && text[i]; i++) {
		out[2 + 2 * i] = (unsigned char)text[i];
		out[3 + 2 * i] = 0;
	}
	return n;
}

static int submit(struct usbdevfs_urb *urb)
{
	const char *serial = getenv("MOCK_SERIAL");
	unsigned char *setup = urb->buffer;

	urb->status = -EPIPE;
	urb->actual_length = 0;
	if (serial && urb->type == USBDEVFS_URB_TYPE_CONTROL &&
	    setup[1] == 6 && setup[3] == STRING_TYPE) {
		urb->status = 0;
		urb->actual_length = string_descriptor(setup + SETUP_BYTES,
						       setup[2], serial);
	}
	done = urb;
	return 0;
}

static int reap(void **out)
{
	if (!done) {
		errno = EAGAIN;
		return -1;
	}
	*out = done;
	done = NULL;
	return 0;
}

static int answer(int fd, unsigned long request, void *argument)
{
	switch (request) {
	case TIOCMGET:
		*(int *)argument = lines;
		return 0;
	case TIOCMSET: return set_lines(*(int *)argument);
	case TIOCMBIS: return set_lines(lines | *(int *)argument);
	case TIOCMBIC: return set_lines(lines & ~*(int *)argument);
	case USBDEVFS_GET_CAPABILITIES:
		*(unsigned *)argument = 0;
		return 0;
	case USBDEVFS_SUBMITURB: return submit(argument);
	case USBDEVFS_REAPURB:
	case USBDEVFS_REAPURBNDELAY: return reap(argument);
	default:	/* umockdev keeps some from the pty, TCGETS2 for one */
		return (int)syscall(SYS_ioctl, fd, request, argument);
	}
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
	va_list args;
	void *argument;
	int ret;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	ret = next(fd, request, argument);
	if (ret < 0 && errno == ENOTTY)
		ret = answer(fd, request, argument);
	return ret;
}
