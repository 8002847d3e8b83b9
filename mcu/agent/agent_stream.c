#include "agent/handler.h"

#include "bits/le.h"

enum { MICROPHONE = 0, SAMPLE_BYTES = 2, SERIAL_BITS = 10 };

static uint32_t rate_mhz(const struct agent *agent)
{
	return agent->hal->mic->rate_hz * 1000;
}

unsigned agent_stream_list(struct agent *agent, const struct smp_packet *packet,
			   struct cbor_out *out)
{
	struct wire_sensors list = { .sensor_count = 0 };

	(void)packet;
	if (agent->hal->mic) {
		list.sensor_count = 1;
		list.sensors[0] = (struct wire_sensor){
			MICROPHONE, wire_text("microphone"), { NULL, 0 },
			rate_mhz(agent), 1, WIRE_S16
		};
	}
	wire_encode_sensors(out, &list);
	return SMP_OK;
}

static bool fits(const struct agent *agent, uint32_t bps)
{
	struct wire_stream stream = {
		rate_mhz(agent), 1, WIRE_S16,
		AGENT_STREAM_SAMPLES * SAMPLE_BYTES, bps, SERIAL_BITS,
		!agent->hal->info.is_raw_link
	};
	uint64_t need_bps;

	return bps == 0 || wire_stream_fits(&stream, &need_bps) == 0;
}

unsigned agent_stream_start(struct agent *agent,
			    const struct smp_packet *packet,
			    struct cbor_out *out)
{
	const struct hal_mic *mic = agent->hal->mic;
	struct wire_start request;
	struct wire_started answer;

	if (wire_decode_start(packet, &request))
		return SMP_INVAL;
	if (!mic || request.sensor != MICROPHONE)
		return SMP_NOENT;
	if (!fits(agent, request.bps) ||
	    !fits(agent, agent->hal->info.link_bits_per_second))
		return SMP_RC_NOFIT;
	if (agent->stream.is_on)
		mic->stop(agent->hal->ctx);
	agent->stream = (struct agent_stream){ .limit = request.frames };
	if (mic->start(agent->hal->ctx))
		return SMP_UNKNOWN;
	agent->stream.is_on = true;
	agent->stream.start_us = agent->hal->now_us(agent->hal->ctx);
	answer = (struct wire_started){ rate_mhz(agent), 1, WIRE_S16,
					AGENT_STREAM_SAMPLES * SAMPLE_BYTES };
	wire_encode_started(out, &answer);
	return SMP_OK;
}

unsigned agent_stream_stop(struct agent *agent, const struct smp_packet *packet,
			   struct cbor_out *out)
{
	struct wire_stopped answer = {
		agent->stream.frames + agent->stream.lost, agent->stream.lost
	};

	(void)packet;
	if (agent->stream.is_on)
		agent->hal->mic->stop(agent->hal->ctx);
	agent->stream.is_on = false;
	wire_encode_stopped(out, &answer);
	return SMP_OK;
}

static uint32_t time_us(const struct agent *agent)
{
	uint64_t taken = (uint64_t)agent->stream.frames + agent->stream.lost;

	return agent->stream.start_us +
	       (uint32_t)(taken * 1000000 / agent->hal->mic->rate_hz);
}

size_t agent_push(struct agent *agent, uint8_t *out, size_t room)
{
	struct agent_stream *stream = &agent->stream;
	struct cbor_out packet = cbor_out_init(out, room);
	int16_t samples[AGENT_STREAM_SAMPLES];
	uint8_t bytes[AGENT_STREAM_SAMPLES * SAMPLE_BYTES];
	uint32_t left = stream->limit ? stream->limit - stream->frames
				      : AGENT_STREAM_SAMPLES;
	struct smp_header header = {
		.version = 1, .op = SMP_READ_RSP, .group = WIRE_GROUP_STREAM,
		.seq = (uint8_t)stream->seq, .id = WIRE_STREAM_DATA,
	};
	struct wire_data data = { .seq = stream->seq };
	size_t n;

	if (!stream->is_on)
		return 0;
	n = agent->hal->mic->read(agent->hal->ctx, samples,
				  left < AGENT_STREAM_SAMPLES ?
				  left : AGENT_STREAM_SAMPLES, &stream->lost);
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		le_put16(bytes + i * SAMPLE_BYTES, (uint16_t)samples[i]);
	data.t_us = time_us(agent);
	data.data = (struct wire_bytes){ bytes, n * SAMPLE_BYTES };
	data.lost = stream->lost;
	stream->frames += (uint32_t)n;
	stream->seq++;
	data.last = stream->limit && stream->frames == stream->limit;
	if (data.last) {
		agent->hal->mic->stop(agent->hal->ctx);
		stream->is_on = false;
	}
	smp_begin(&packet, &header);
	wire_encode_data(&packet, &data);
	return smp_end(&packet) ? 0 : packet.len;
}
