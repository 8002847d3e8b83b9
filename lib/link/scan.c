#include "link/scan.h"

#include <libserialport.h>
#include <libusb-1.0/libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USB_DEPTH_MAX = 7 };

static void copy(char out[SCAN_TEXT], const char *text)
{
	snprintf(out, SCAN_TEXT, "%s", text ? text : "");
}

/* ---- USB ---------------------------------------------------------------- */

/* "1-2.4": bus, then the port on each hub. */
static void usb_path(libusb_device *device, char out[SCAN_TEXT])
{
	uint8_t ports[USB_DEPTH_MAX];
	int n = libusb_get_port_numbers(device, ports, USB_DEPTH_MAX);
	size_t at = (size_t)snprintf(out, SCAN_TEXT, "%u",
				     libusb_get_bus_number(device));

	for (int i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, SCAN_TEXT - at, "%c%u",
				       i ? '.' : '-', ports[i]);
}

/* Needs permission to open the device. */
static void usb_serial(struct scan_usb *usb, libusb_device *device,
		       uint8_t index)
{
	libusb_device_handle *handle;
	int n = index ? libusb_open(device, &handle) : LIBUSB_ERROR_NOT_FOUND;

	usb->denied = n == LIBUSB_ERROR_ACCESS;
	if (n)
		return;
	n = libusb_get_string_descriptor_ascii(handle, index,
					       (unsigned char *)usb->serial,
					       SCAN_TEXT - 1);
	usb->serial[n > 0 ? n : 0] = '\0';
	libusb_close(handle);
}

static void add_usb(struct scan *scan, libusb_device *device)
{
	struct scan_usb *usb = &scan->usb[scan->usb_count];
	struct libusb_device_descriptor d;

	if (libusb_get_device_descriptor(device, &d) ||
	    d.bDeviceClass == LIBUSB_CLASS_HUB)
		return;
	usb->vid = d.idVendor;
	usb->pid = d.idProduct;
	usb->known = board_by_usb(usb->vid, usb->pid);
	usb_path(device, usb->path);
	/* only devices that may be ours are opened */
	if (usb->known)
		usb_serial(usb, device, d.iSerialNumber);
	scan->usb_count++;
}

static int by_path(const void *a, const void *b)
{
	const struct scan_usb *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int scan_usb(struct scan *scan, struct err *err)
{
	libusb_context *context;
	libusb_device **devices;
	ssize_t n;

	if (libusb_init(&context))
		return 0;	/* a machine without USB */
	n = libusb_get_device_list(context, &devices);
	if (n > 0)
		scan->usb = calloc((size_t)n, sizeof(*scan->usb));
	for (ssize_t i = 0; i < n && scan->usb; i++)
		add_usb(scan, devices[i]);
	if (n >= 0)
		libusb_free_device_list(devices, 1);
	libusb_exit(context);
	if (n > 0 && !scan->usb)
		return err_nomem(err);
	if (scan->usb_count)
		qsort(scan->usb, scan->usb_count, sizeof(*scan->usb), by_path);
	return 0;
}

/* ---- serial ------------------------------------------------------------- */

static void add_serial(struct scan *scan, const struct sp_port *port)
{
	struct scan_serial *serial = &scan->serial[scan->serial_count++];
	int vid, pid;

	copy(serial->port, sp_get_port_name(port));
	copy(serial->what, sp_get_port_description(port));
	if (sp_get_port_transport(port) != SP_TRANSPORT_USB)
		return;
	copy(serial->serial, sp_get_port_usb_serial(port));
	if (sp_get_port_usb_vid_pid(port, &vid, &pid) == SP_OK) {
		serial->vid = (uint16_t)vid;
		serial->pid = (uint16_t)pid;
		serial->known = board_by_usb(serial->vid, serial->pid);
	}
}

static int by_port(const void *a, const void *b)
{
	const struct scan_serial *x = a, *y = b;

	return strcmp(x->port, y->port);
}

static int scan_ports(struct scan *scan, struct err *err)
{
	struct sp_port **ports;
	size_t n = 0;

	if (sp_list_ports(&ports) != SP_OK)
		return 0;	/* a machine without serial ports */
	while (ports[n])
		n++;
	if (n)
		scan->serial = calloc(n, sizeof(*scan->serial));
	for (size_t i = 0; i < n && scan->serial; i++)
		add_serial(scan, ports[i]);
	sp_free_port_list(ports);
	if (n && !scan->serial)
		return err_nomem(err);
	if (n)
		qsort(scan->serial, n, sizeof(*scan->serial), by_port);
	return 0;
}

int scan_open(struct scan *scan, struct err *err)
{
	int ret;

	*scan = (struct scan){ 0 };
	ret = scan_usb(scan, err);
	return ret ? ret : scan_ports(scan, err);
}

void scan_release(struct scan *scan)
{
	free(scan->usb);
	free(scan->serial);
	*scan = (struct scan){ 0 };
}
