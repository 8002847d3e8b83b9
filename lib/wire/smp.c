#include "wire/smp.h"

#include "bits/le.h"

void smp_header_encode(const struct smp_header *header,
		       uint8_t bytes[SMP_HEADER_BYTES])
{
	bytes[0] = (uint8_t)((header->version & 3) << 3 | (header->op & 7));
	bytes[1] = header->flags;
	be_put16(bytes + 2, header->length);
	be_put16(bytes + 4, header->group);
	bytes[6] = header->seq;
	bytes[7] = header->id;
}

int smp_header_decode(struct smp_header *header,
		      const uint8_t bytes[SMP_HEADER_BYTES])
{
	*header = (struct smp_header){
		.version = bytes[0] >> 3 & 3, .op = bytes[0] & 7,
		.flags = bytes[1], .length = be_u16(bytes + 2),
		.group = be_u16(bytes + 4), .seq = bytes[6], .id = bytes[7],
	};
	if (bytes[0] >> 5)
		return ERR_FORMAT;
	if (header->version > SMP_VERSION_MAX || header->op > SMP_WRITE_RSP)
		return ERR_UNSUPPORTED;
	return 0;
}

int smp_packet_open(struct smp_packet *packet, const void *bytes, size_t n)
{
	struct cursor cur = cursor_init(bytes, n);
	const uint8_t *header = cursor_take(&cur, SMP_HEADER_BYTES);
	int err = header ? smp_header_decode(&packet->header, header) :
		ERR_SHORT;

	if (err)
		return err;
	packet->payload = cur.pos;
	if (cursor_left(&cur) != packet->header.length)
		return cursor_left(&cur) < packet->header.length ?
			ERR_SHORT : ERR_FORMAT;
	if (packet->header.length == 0)
		return 0;
	if (packet->payload[0] >> 5 != CBOR_MAP)
		return ERR_FORMAT;
	return cbor_check(packet->payload, packet->header.length);
}

struct smp_header smp_answer(const struct smp_header *request)
{
	struct smp_header answer = *request;

	answer.op = request->op | 1;
	answer.flags = 0;
	answer.length = 0;
	return answer;
}

void smp_begin(struct cbor_out *out, const struct smp_header *header)
{
	out->len = 0;
	out->err = 0;
	if (out->room < SMP_HEADER_BYTES) {
		out->err = ERR_FULL;
		return;
	}
	smp_header_encode(header, out->bytes);
	out->len = SMP_HEADER_BYTES;
}

int smp_end(struct cbor_out *out)
{
	if (!out->err && out->len - SMP_HEADER_BYTES > UINT16_MAX)
		out->err = ERR_FULL;
	if (!out->err)
		be_put16(out->bytes + 2,
			 (uint16_t)(out->len - SMP_HEADER_BYTES));
	return out->err;
}

void smp_put_status(struct cbor_out *out, const struct smp_header *request,
		    unsigned rc)
{
	struct smp_header answer = smp_answer(request);

	smp_begin(out, &answer);
	cbor_put_map(out, rc ? 1 : 0);
	if (rc >= SMP_RC_USER && request->version > 0) {
		cbor_put_key(out, "err");
		cbor_put_map(out, 2);
		cbor_put_key(out, "group");
		cbor_put_uint(out, request->group);
	}
	if (rc) {
		cbor_put_key(out, "rc");
		cbor_put_uint(out, rc);
	}
	smp_end(out);
}

/* The number under key: 0; ERR_MISSING; ERR_FORMAT. */
static int find_number(const struct cursor *map, const char *key,
		       unsigned *number)
{
	struct cursor value;
	uint64_t n = 0;
	int err = cbor_find(map, key, &value);

	if (err)
		return err;
	if (cbor_uint(&value, UINT16_MAX, &n))
		return ERR_FORMAT;
	*number = (unsigned)n;
	return 0;
}

int smp_status(const struct smp_packet *answer, struct smp_status *status)
{
	struct cursor map = cursor_init(answer->payload,
					answer->header.length), inner;
	int err;

	*status = (struct smp_status){ 0, SMP_OK };
	if (answer->header.length == 0)
		return 0;
	err = cbor_find(&map, "err", &inner);
	if (err == 0) {
		err = find_number(&inner, "rc", &status->rc);
		if (!err)
			err = find_number(&inner, "group", &status->group);
		return err ? ERR_FORMAT : 0;
	}
	if (err == ERR_MISSING)
		err = find_number(&map, "rc", &status->rc);
	return err && err != ERR_MISSING ? ERR_FORMAT : 0;
}

const char *smp_rc_text(unsigned rc)
{
	static const char *const standard[] = {
		[SMP_OK] = "ok",
		[SMP_UNKNOWN] = "unknown error",
		[SMP_NOMEM] = "out of memory",
		[SMP_INVAL] = "it does not accept these values",
		[SMP_TIMEOUT] = "timed out",
		[SMP_NOENT] = "no such thing there",
		[SMP_BADSTATE] = "not possible in its present state",
		[SMP_MSGSIZE] = "the message is too large for it",
		[SMP_NOTSUP] = "it does not know this command",
		[SMP_CORRUPT] = "the data is damaged",
		[SMP_BUSY] = "busy",
		[SMP_DENIED] = "not allowed",
	};
	static const char *const ours[] = {
		"the image's signature is wrong or its key is not trusted",
		"the image's security counter is too low",
		"the image needs another kernel set or runtime version",
		"it does not fit",
		"no model is active",
		"golden vectors were answered wrongly",
		"the image is made for another type of board, or says no type",
	};

	if (rc < sizeof(standard) / sizeof(standard[0]))
		return standard[rc];
	if (rc >= SMP_RC_USER &&
	    rc - SMP_RC_USER < sizeof(ours) / sizeof(ours[0]))
		return ours[rc - SMP_RC_USER];
	return NULL;
}
