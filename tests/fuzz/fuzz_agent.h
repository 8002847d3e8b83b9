/*
 * fuzz_agent - the records that fuzz_agent.c reads and seeds_agent.c writes:
 * kind u8, length u16 little-endian, bytes.
 */
#ifndef TINYML_TESTS_FUZZ_AGENT_H
#define TINYML_TESTS_FUZZ_AGENT_H

enum fuzz_agent_kind {
	FUZZ_AGENT_PACKET,	/* a whole packet */
	FUZZ_AGENT_BODY,	/* op, group, id, then the body: made one */
	FUZZ_AGENT_UPLOAD,	/* a container, as it is */
	FUZZ_AGENT_INSTALL,	/* a model image: put right, signed, tried */
	FUZZ_AGENT_BOOT,	/* power off and on */
	FUZZ_AGENT_PUSH,	/* let the board speak */
	FUZZ_AGENT_KINDS
};

/* The first byte of a signature that counts as right, and the device key. */
enum { FUZZ_AGENT_SIGNED = 0x53, FUZZ_AGENT_KEY_BYTES = 32 };
#define FUZZ_AGENT_KEY { 7 }

#endif
