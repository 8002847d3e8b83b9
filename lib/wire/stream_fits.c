#include "wire/messages.h"
#include "wire/smp_frame.h"

/* The longest spelling of wire_data without its samples: head, "seq", "t_us",
 * "data", "lost", "last" and their values. */
enum { DATA_AROUND = SMP_HEADER_BYTES + 1 + 9 + 10 + 8 + 10 + 6 };

static uint64_t bytes_on_line(const struct wire_stream *stream)
{
	uint64_t packet = (uint64_t)stream->data + DATA_AROUND;

	return stream->console ? SMP_CONSOLE_BYTES(packet) : packet;
}

int wire_stream_fits(const struct wire_stream *stream, uint64_t *need_bps)
{
	uint64_t message_bits, bytes_per_1000_s;

	if (stream->rate_mhz == 0 || stream->channels == 0 ||
	    stream->channels > 64 || stream->data == 0 ||
	    stream->data > SMP_PACKET_MAX || stream->bits_per_byte == 0 ||
	    stream->bits_per_byte > 16 || !wire_sample_bytes(stream->kind))
		return ERR_RANGE;
	message_bits = bytes_on_line(stream) * stream->bits_per_byte;
	bytes_per_1000_s = (uint64_t)stream->rate_mhz * stream->channels *
		wire_sample_bytes(stream->kind);
	/* below 2^32 * 2^8 * 2^17: no overflow */
	*need_bps = (bytes_per_1000_s * message_bits +
		     (uint64_t)stream->data * 1000 - 1) /
		((uint64_t)stream->data * 1000);
	return *need_bps > stream->bps ? ERR_NOFIT : 0;
}
