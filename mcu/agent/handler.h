/*
 * handler - what the agent's files share: one function per message.
 *
 * A handler reads the request and either encodes its answer into out and
 * returns SMP_OK, or returns another enum smp_rc and nothing it wrote counts.
 */
#ifndef TINYML_AGENT_HANDLER_H
#define TINYML_AGENT_HANDLER_H

#include "agent/agent.h"

typedef unsigned agent_handler(struct agent *agent,
			       const struct smp_packet *request,
			       struct cbor_out *out);

struct agent_row {
	uint16_t group;
	uint8_t id, op;
	agent_handler *handler;
};

agent_handler agent_image_state, agent_image_select, agent_image_upload,
	agent_image_erase;
agent_handler agent_model_info, agent_model_input, agent_model_run,
	agent_model_result, agent_model_selftest, agent_model_read,
	agent_model_key, agent_model_provision, agent_model_profile;
agent_handler agent_stream_list, agent_stream_start, agent_stream_stop;

/* The container in a slot is verified (again only after it was written). */
int agent_verify(struct agent *agent, uint8_t slot,
		 struct mcuboot_image *image);

/* The model of slot running: open it. ERR_* when it cannot. */
int agent_open_model(struct agent *agent);

/* An ERR_* as the rc a client understands. */
unsigned agent_rc(int err);

/* "1.2.3" or "1.2.3+4" into AGENT_VERSION_BYTES; text borrows room. */
struct wire_text agent_version(const struct mcuboot_version *version,
			       char room[static AGENT_VERSION_BYTES]);

#endif
