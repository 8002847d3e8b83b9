#include <criterion/criterion.h>
#include <string.h>

#include "wire/messages.h"
#include "wire/smp_frame.h"

/* A message put into a packet and opened again. */
#define TRIP(name, in, out) do { \
	struct cbor_out o_ = cbor_out_init(room, sizeof(room)); \
	smp_begin(&o_, &(struct smp_header){ 0 }); \
	wire_encode_##name(&o_, in); \
	cr_assert_eq(smp_end(&o_), 0); \
	cr_assert_eq(smp_packet_open(&packet, room, o_.len), 0); \
	cr_assert_eq(wire_decode_##name(&packet, out), 0); \
} while (0)

static uint8_t room[2048];
static struct smp_packet packet;

static const uint8_t hash[WIRE_HASH_BYTES] = { 1, 2, 3 };

Test(messages, upload_comes_back)
{
	struct wire_upload in = { .image = 1, .off = 0, .len = 70000,
		.data = { (const uint8_t *)"abc", 3 },
		.sha = { hash, sizeof(hash) } }, out;

	TRIP(upload, &in, &out);
	cr_assert_eq(out.image, 1);
	cr_assert_eq(out.len, 70000);
	cr_assert_eq(out.data.n, 3);
	cr_assert_eq(memcmp(out.data.p, "abc", 3), 0);
	cr_assert_eq(memcmp(out.sha.p, hash, sizeof(hash)), 0);
	cr_assert(!out.upgrade);
}

Test(messages, images_come_back_in_order)
{
	struct wire_images in = { .image_count = 2, .images = {
		{ .image = 1, .slot = 0, .version = wire_text("1.0.0"),
		  .hash = { hash, sizeof(hash) }, .active = true,
		  .confirmed = true },
		{ .image = 1, .slot = 1, .version = wire_text("1.1.0"),
		  .pending = true },
	} }, out;

	TRIP(images, &in, &out);
	cr_assert_eq(out.image_count, 2);
	cr_assert(out.images[0].active && out.images[0].confirmed);
	cr_assert(!out.images[0].pending);
	cr_assert_eq(out.images[1].slot, 1);
	cr_assert(wire_text_is(out.images[1].version, "1.1.0"));
	cr_assert_null(out.images[1].hash.p);
}

Test(messages, what_is_absent_reads_as_its_mark_says)
{
	struct wire_info in = { .board = wire_text("sim"),
		.core = wire_text("host"), .kernels = wire_text("ref"),
		.slots = 2, .slot = WIRE_NONE }, out;

	memset(&out, 0xee, sizeof(out));
	TRIP(info, &in, &out);
	cr_assert_eq(out.slot, WIRE_NONE);
	cr_assert_null(out.identity.p);
	cr_assert_eq(out.counter, 0);
	cr_assert(!out.trial);
	cr_assert_eq(out.slots, 2);
}

Test(messages, lists_and_counters_come_back)
{
	struct wire_sensors sensors = { .sensor_count = 1, .sensors = { {
		.id = 3, .name = wire_text("microphone"),
		.rate_mhz = 16000000, .channels = 1, .kind = WIRE_S16 } } };
	struct wire_sensors sensors_back;
	struct wire_stats stats = { .name = wire_text("link"),
		.field_count = 2, .fields = { { wire_text("a"), 1 },
					      { wire_text("b"), 70000 } } };
	struct wire_stats stats_back;

	TRIP(sensors, &sensors, &sensors_back);
	cr_assert_eq(sensors_back.sensor_count, 1);
	cr_assert_eq(sensors_back.sensors[0].rate_mhz, 16000000);
	TRIP(stats, &stats, &stats_back);
	cr_assert_eq(stats_back.field_count, 2);
	cr_assert_eq(stats_back.fields[1].value, 70000);
	cr_assert(wire_text_is(stats_back.fields[1].name, "b"));
}

static int decode_upload(const char *payload, size_t n)
{
	struct smp_packet raw = { .header.length = (uint16_t)n,
				  .payload = (const uint8_t *)payload };
	struct wire_upload upload;

	return wire_decode_upload(&raw, &upload);
}

#define UPLOAD(literal) decode_upload(literal, sizeof(literal) - 1)

Test(messages, what_is_wrong_has_its_own_kind)
{
	cr_assert_eq(UPLOAD("\xa2\x63off\x00\x64" "data\x41x"), 0);
	cr_assert_eq(UPLOAD("\xa1\x63off\x00"), ERR_FORMAT);
	cr_assert_eq(UPLOAD("\xa2\x63off\x20\x64" "data\x41x"), ERR_RANGE);
	cr_assert_eq(UPLOAD("\xa2\x63off\x1b\0\0\0\1\0\0\0\0\x64"
			    "data\x41x"), ERR_RANGE);
	cr_assert_eq(UPLOAD("\xa2\x63off\x61\x30\x64" "data\x41x"),
		     ERR_FORMAT);
	cr_assert_eq(UPLOAD("\xa3\x63off\x00\x63off\x01\x64" "data\x41x"),
		     ERR_FORMAT);
	cr_assert_eq(UPLOAD("\xa3\x63off\x00\x62zz\x82\x01\x02\x64"
			    "data\x41x"), 0);
}

Test(messages, a_list_too_long_is_refused)
{
	struct wire_sensors sensors;
	struct cbor_out out = cbor_out_init(room, sizeof(room));

	smp_begin(&out, &(struct smp_header){ 0 });
	cbor_put_map(&out, 1);
	cbor_put_key(&out, "sensors");
	cbor_put_array(&out, WIRE_SENSORS_MAX + 1);
	for (int i = 0; i <= WIRE_SENSORS_MAX; i++) {
		cbor_put_map(&out, 5);
		cbor_put_key(&out, "id");
		cbor_put_uint(&out, 0);
		cbor_put_key(&out, "name");
		cbor_put_text(&out, "", 0);
		cbor_put_key(&out, "rate_mhz");
		cbor_put_uint(&out, 1);
		cbor_put_key(&out, "channels");
		cbor_put_uint(&out, 1);
		cbor_put_key(&out, "kind");
		cbor_put_uint(&out, 0);
	}
	smp_end(&out);
	cr_assert_eq(smp_packet_open(&packet, room, out.len), 0);
	cr_assert_eq(wire_decode_sensors(&packet, &sensors), ERR_LIMIT);
}

Test(stream, microphone_does_not_fit_a_slow_console)
{
	struct wire_stream stream = { .rate_mhz = 16000000, .channels = 1,
		.kind = WIRE_S16, .data = 256, .bps = 115200,
		.bits_per_byte = 10, .console = true };
	uint64_t need;

	cr_assert_eq(wire_stream_fits(&stream, &need), ERR_NOFIT);
	cr_assert_eq(need, 535000);
	stream.bps = 535000;
	cr_assert_eq(wire_stream_fits(&stream, &need), 0);
	stream.bps = 534999;
	cr_assert_eq(wire_stream_fits(&stream, &need), ERR_NOFIT);
}

/* The bound is one: no message is longer than it was counted. */
Test(stream, figures_cover_the_longest_message)
{
	static const uint8_t samples[256];
	struct wire_data data = { .seq = UINT32_MAX, .t_us = UINT32_MAX,
		.data = { samples, sizeof(samples) }, .lost = UINT32_MAX,
		.last = true };
	struct wire_stream stream = { .rate_mhz = 128000, .channels = 1,
		.kind = WIRE_S16, .data = 256, .bps = UINT32_MAX,
		.bits_per_byte = 8 };
	struct cbor_out out = cbor_out_init(room, sizeof(room));
	uint64_t need;

	smp_begin(&out, &(struct smp_header){ 0 });
	wire_encode_data(&out, &data);
	cr_assert_eq(smp_end(&out), 0);
	cr_assert_eq(wire_stream_fits(&stream, &need), 0);
	/* 128 Hz of 2 bytes is one message a second */
	cr_assert_eq(need, 8 * out.len);
	stream.console = true;
	cr_assert_eq(wire_stream_fits(&stream, &need), 0);
	cr_assert_eq(need, 8 * SMP_CONSOLE_BYTES(out.len));
}

Test(stream, nothing_is_no_stream)
{
	struct wire_stream stream = { .rate_mhz = 1, .channels = 1,
		.kind = WIRE_S16, .data = 2, .bps = 1, .bits_per_byte = 8 };
	uint64_t need;

	stream.kind = 77;
	cr_assert_eq(wire_stream_fits(&stream, &need), ERR_RANGE);
	stream.kind = WIRE_U8;
	stream.channels = 0;
	cr_assert_eq(wire_stream_fits(&stream, &need), ERR_RANGE);
}
