/* Serial ports by libserialport; ptys and unknown ttys by termios, because
 * libserialport opens neither (a pty has no modem lines). */
#include <errno.h>
#include <fcntl.h>
#include <libserialport.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "link/link_priv.h"

static void close_port(void *port)
{
	sp_close(port);
	sp_free_port(port);
}

static int serial_error(const char *path, enum sp_return why,
			struct err *err)
{
	int error = errno;

	if (why == SP_ERR_MEM)
		return err_nomem(err);
	if (why == SP_ERR_ARG || error == ENOENT) {
		err_set(err, ERR_MISSING, "no serial port '%s'", path);
		err_hint(err, "'tinyml device' lists the ports that are here; "
			 "for a pseudo-terminal write pty:%s", path);
		return ERR_MISSING;
	}
	errno = error;
	if (error == EBUSY)
		err_set(err, ERR_BUSY, "serial port '%s' is in use", path);
	err_errno(err, "cannot open serial port '%s'", path);
	if (error == EACCES)
		err_hint(err, "add yourself to the group that owns it "
			 "(dialout on Debian), then log in again");
	if (error == ENOTTY)
		err_hint(err, "it has no modem lines; if it is a "
			 "pseudo-terminal write pty:%s", path);
	return err ? err->kind : ERR_IO;
}

static enum sp_return configure(struct sp_port *port, uint32_t baud)
{
	enum sp_return ret = sp_set_baudrate(port, (int)baud);

	if (ret == SP_OK)
		ret = sp_set_bits(port, 8);
	if (ret == SP_OK)
		ret = sp_set_parity(port, SP_PARITY_NONE);
	if (ret == SP_OK)
		ret = sp_set_stopbits(port, 1);
	if (ret == SP_OK)
		ret = sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE);
	return ret;
}

int link_open_serial(struct link *link, const char *text, uint32_t baud,
		     struct err *err)
{
	struct sp_port *port;
	enum sp_return ret;

	errno = 0;
	ret = sp_get_port_by_name(text, &port);
	if (ret != SP_OK)
		return serial_error(text, ret, err);
	ret = sp_open(port, SP_MODE_READ_WRITE);
	if (ret != SP_OK) {
		int error = errno;

		sp_free_port(port);
		errno = error;
		return serial_error(text, ret, err);
	}
	link->port = port;
	link->close_port = close_port;
	ret = configure(port, baud);
	if (ret == SP_OK)
		ret = sp_get_port_handle(port, &link->fd);
	return ret == SP_OK ? 0 : serial_error(text, ret, err);
}

static speed_t speed_of(uint32_t baud)
{
	static const struct { uint32_t baud; speed_t speed; } speeds[] = {
		{ 9600, B9600 }, { 19200, B19200 }, { 38400, B38400 },
		{ 57600, B57600 }, { 115200, B115200 }, { 230400, B230400 },
		{ 460800, B460800 }, { 921600, B921600 },
		{ 1000000, B1000000 }, { 1500000, B1500000 },
		{ 2000000, B2000000 },
	};

	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].baud == baud)
			return speeds[i].speed;
	return 0;
}

int link_open_tty(struct link *link, const char *text, uint32_t baud,
		  struct err *err)
{
	speed_t speed = speed_of(baud);
	struct termios tio;

	if (!speed)
		return err_set(err, ERR_USAGE, "'%s' cannot run at %u baud",
			       text, baud);
	link->fd = open(text, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (link->fd < 0) {
		err_errno(err, "cannot open '%s'", text);
		err_hint(err, "'tinyml device' lists the ports that are here");
		return err ? err->kind : ERR_IO;
	}
	if (tcgetattr(link->fd, &tio))
		return err_errno(err, "'%s' is not a terminal", text);
	cfmakeraw(&tio);
	tio.c_cflag |= CLOCAL | CREAD;
	tio.c_cc[VMIN] = 1;
	tio.c_cc[VTIME] = 0;
	cfsetispeed(&tio, speed);
	cfsetospeed(&tio, speed);
	if (tcsetattr(link->fd, TCSANOW, &tio))
		return err_errno(err, "cannot set up '%s'", text);
	return 0;
}
