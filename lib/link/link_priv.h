/*
 * link_priv - what the ways to open a link share (lib/link only, and tests).
 */
#ifndef TINYML_LINK_LINK_PRIV_H
#define TINYML_LINK_LINK_PRIV_H

#include <sys/types.h>

#include "link/link.h"

/* A link is one descriptor, and what must be undone when it closes. */
struct link {
	char *name;
	char *at;		/* to open it again; NULL: a spawned child */
	uint32_t baud;
	int fd;
	enum smp_framing framing;
	bool datagram;
	bool gone;		/* the other side closed or vanished */
	uint32_t bits_per_second;	/* 0: not limited */
	bool paced;		/* slow down to it; real ports are slow */
	uint64_t read_us, write_us;	/* when the line is free again */
	pid_t child;		/* 0: none */
	char *log;		/* of the child or of the emulator behind a
				   socket; NULL: none */
	bool one_cpu;
	void *port;		/* struct sp_port, or NULL */
	void (*close_port)(void *port);
};

/* link_open, called name in messages. */
int link_open_as(struct link **out, const char *name, const char *at,
		 const struct link_options *options, struct err *err);

/* Each fills link->fd; text is what follows the kind and its colon. */
int link_open_serial(struct link *link, const char *text, uint32_t baud,
		     struct err *err);
int link_open_tty(struct link *link, const char *text, uint32_t baud,
		  struct err *err);
int link_open_tcp(struct link *link, const char *text, struct err *err);
int link_open_udp(struct link *link, const char *text, struct err *err);
int link_open_unix(struct link *link, const char *text, struct err *err);
int link_open_exec(struct link *link, const char *text, struct err *err);

/* Start argv on a socket pair (link.h, link_spawn). */
int link_open_child(struct link *link, const char *const *argv, int keep_fd,
		    struct err *err);

#endif
