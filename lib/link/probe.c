#include "link/probe.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "link/smp_link.h"

enum { AT_ONCE = 64, AT_ROOM = SCAN_TEXT + 16 };

/* One port's thread, and what it works on. */
struct job {
	const struct scan_serial *port;
	const struct link_options *options;
	struct probe *probe;
	pthread_t thread;
	bool started;
};

static const char *problem_of(int kind)
{
	switch (kind) {
	case ERR_TIMEOUT: return "no answer";
	case ERR_BUSY: return "in use";
	case ERR_MISSING: return "disappeared";
	case ERR_DEVICE: return "does not speak SMP";
	case ERR_UNSUPPORTED: return "no agent of tinyml";
	default: return "cannot be opened";
	}
}

static void *ask(void *arg)
{
	struct job *job = arg;
	struct probe *probe = job->probe;
	struct wire_info info;
	struct smp_link *sl;
	char at[AT_ROOM];
	int ret;

	*probe = (struct probe){ 0 };
	snprintf(at, sizeof(at), "serial:%s", job->port->port);
	ret = smp_link_open(&sl, at, job->options, NULL);
	if (!ret) {
		smp_link_patience(sl, PROBE_TIMEOUT_MS, PROBE_RETRIES);
		ret = smp_link_ask(sl, SMP_READ, WIRE_GROUP_MODEL,
				   WIRE_MODEL_INFO, NULL, nothing, NULL, info,
				   &info);
	}
	if (ret) {
		snprintf(probe->problem, PROBE_TEXT, "%s", problem_of(ret));
	} else {
		snprintf(probe->board, PROBE_TEXT, "%.*s",
			 (int)(info.board.n < PROBE_TEXT ? info.board.n :
			       PROBE_TEXT - 1), info.board.p);
		text_neutralise(probe->board);
	}
	smp_link_close(sl);
	return NULL;
}

static void ask_some(struct job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		jobs[i].started = pthread_create(&jobs[i].thread, NULL, ask,
						 &jobs[i]) == 0;
		if (!jobs[i].started)
			ask(&jobs[i]);
	}
	for (size_t i = 0; i < n; i++)
		if (jobs[i].started)
			pthread_join(jobs[i].thread, NULL);
}

void probe_ports(struct probe *probes, const struct scan *scan,
		 const struct link_options *options)
{
	struct job jobs[AT_ONCE];
	size_t n = 0;

	for (size_t i = 0; i < scan->serial_count; i++) {
		jobs[n++] = (struct job){ .port = &scan->serial[i],
					  .options = options,
					  .probe = &probes[i] };
		if (n == AT_ONCE || i + 1 == scan->serial_count) {
			ask_some(jobs, n);
			n = 0;
		}
	}
}
