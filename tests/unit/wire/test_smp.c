#include <criterion/criterion.h>
#include <string.h>

#include "wire/smp.h"

Test(smp, header_stands_as_the_specification_draws_it)
{
	struct smp_header header = { .version = 1, .op = SMP_WRITE,
		.flags = 0, .length = 0x0102, .group = 0x0304, .seq = 5,
		.id = 6 }, back;
	uint8_t bytes[SMP_HEADER_BYTES];

	smp_header_encode(&header, bytes);
	cr_assert_eq(memcmp(bytes, "\x0a\0\1\2\3\4\5\6", 8), 0);
	cr_assert_eq(smp_header_decode(&back, bytes), 0);
	cr_assert_eq(back.length, 0x0102);
	cr_assert_eq(back.group, 0x0304);
	cr_assert_eq(back.op, SMP_WRITE);
	cr_assert_eq(back.version, 1);
}

Test(smp, every_first_byte_is_judged)
{
	uint8_t bytes[SMP_HEADER_BYTES] = { 0 };
	struct smp_header header;

	for (int first = 0; first < 256; first++) {
		int want = first >> 5 ? ERR_FORMAT :
			(first >> 3) > 1 || (first & 7) > 3 ?
			ERR_UNSUPPORTED : 0;

		bytes[0] = (uint8_t)first;
		cr_assert_eq(smp_header_decode(&header, bytes), want);
	}
}

Test(smp, a_packet_is_as_long_as_it_says)
{
	static const char echo[] = "\x0a\0\0\5\0\0\1\0\xa1\x61\x64\x61\x61";
	struct smp_packet packet;

	cr_assert_eq(smp_packet_open(&packet, echo, 13), 0);
	cr_assert_eq(packet.header.length, 5);
	for (size_t n = 0; n < 13; n++)
		cr_assert_eq(smp_packet_open(&packet, echo, n), ERR_SHORT);
	cr_assert_eq(smp_packet_open(&packet, echo, 14), ERR_FORMAT);
}

Test(smp, the_payload_is_one_map)
{
	struct smp_packet packet;

	cr_assert_eq(smp_packet_open(&packet, "\0\0\0\1\0\0\1\0\x80", 9),
		     ERR_FORMAT);
	cr_assert_eq(smp_packet_open(&packet, "\0\0\0\2\0\0\1\0\xa0\xa0", 10),
		     ERR_FORMAT);
	cr_assert_eq(smp_packet_open(&packet, "\0\0\0\1\0\0\1\0\xa1", 9),
		     ERR_SHORT);
	cr_assert_eq(smp_packet_open(&packet, "\0\0\0\0\0\0\1\0", 8), 0);
}

static struct smp_status status_of(unsigned rc, uint8_t version)
{
	struct smp_header request = { .version = version, .op = SMP_WRITE,
				      .group = 65, .seq = 9, .id = 2 };
	uint8_t room[64];
	struct cbor_out out = cbor_out_init(room, sizeof(room));
	struct smp_packet packet;
	struct smp_status status;

	smp_put_status(&out, &request, rc);
	cr_assert_eq(smp_packet_open(&packet, room, out.len), 0);
	cr_assert_eq(packet.header.op, SMP_WRITE_RSP);
	cr_assert_eq(packet.header.seq, 9);
	cr_assert_eq(smp_status(&packet, &status), 0);
	return status;
}

Test(smp, errors_of_both_versions_are_read_back)
{
	for (uint8_t version = 0; version < 2; version++) {
		cr_assert_eq(status_of(0, version).rc, 0);
		cr_assert_eq(status_of(SMP_NOENT, version).rc, SMP_NOENT);
		cr_assert_eq(status_of(SMP_RC_TRUST, version).rc,
			     SMP_RC_TRUST);
	}
	cr_assert_eq(status_of(SMP_RC_TRUST, 1).group, 65);
	cr_assert_eq(status_of(SMP_RC_TRUST, 0).group, 0);
}

static int status_error(const char *payload, size_t n)
{
	struct smp_packet packet = { .header.length = (uint16_t)n,
				     .payload = (const uint8_t *)payload };
	struct smp_status status;

	return smp_status(&packet, &status);
}

Test(smp, a_status_of_the_wrong_kind_is_refused)
{
	cr_assert_eq(status_error("\xa1\x62rc\x61x", 6), ERR_FORMAT);
	cr_assert_eq(status_error("\xa1\x62rc\x20", 5), ERR_FORMAT);
	cr_assert_eq(status_error("\xa1\x63" "err\x01", 6), ERR_FORMAT);
	cr_assert_eq(status_error("\xa1\x63" "err\xa0", 6), ERR_FORMAT);
}

Test(smp, what_does_not_fit_is_full)
{
	struct smp_header request = { .group = 1 };
	uint8_t room[16];

	for (size_t n = 0; n < 13; n++) {
		struct cbor_out out = cbor_out_init(room, n);

		smp_put_status(&out, &request, SMP_NOMEM);
		cr_assert_eq(out.err, ERR_FULL, "%zu", n);
	}
}
