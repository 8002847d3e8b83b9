#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "dataset/dataset.h"

static const struct artifact_trust anyone = { .allow_unsigned = true };
static const uint8_t four[8] = { 1, 0, 2, 0, 3, 0, 4, 0 };

static struct dataset_recording sound(const char *name, const void *bytes,
				      uint32_t frames)
{
	return (struct dataset_recording){
		.name = name, .kind = DATASET_AUDIO, .type = DATASET_S16,
		.rate_hz = 16000, .frames = frames, .width = 1, .channels = 1,
		.bytes = bytes, .n = 2 * frames,
		.source = digest_of(bytes, 2 * frames)
	};
}

static int finish(struct dataset_builder *b, struct buf *tar,
		  struct dataset_summary *summary)
{
	struct artifact_maker *maker = artifact_make("collect",
						     DATASET_FORMAT);
	int ret = dataset_finish(b, maker, summary, NULL);

	if (!ret)
		ret = artifact_encode(maker, NULL, tar, NULL, NULL);
	artifact_drop(maker);
	dataset_builder_release(b);
	return ret;
}

Test(dataset, order_of_adding_leaves_no_trace)
{
	static const char *const orders[2][3] = { { "b/1", "a/2", "a/1" },
						  { "a/1", "b/1", "a/2" } };
	struct buf tars[2] = { BUF_INIT, BUF_INIT };

	for (int o = 0; o < 2; o++) {
		struct dataset_builder *b = dataset_build();
		struct dataset_summary s = { 0 };

		for (int i = 0; i < 3; i++) {
			const char *name = orders[o][i];
			struct dataset_recording r =
				sound(name, four, (uint32_t)(name[2] - '0'));

			cr_assert_eq(dataset_add_recording(b, &r, NULL, 0,
							   NULL), 0);
		}
		cr_assert_eq(finish(b, &tars[o], &s), 0);
		cr_assert_eq(s.duplicates, 1);
		dataset_summary_release(&s);
	}
	cr_assert_eq(tars[0].len, tars[1].len);
	cr_assert_arr_eq(tars[0].data, tars[1].data, tars[0].len);
	buf_release(&tars[0]);
	buf_release(&tars[1]);
}

Test(dataset, what_was_added_is_read_back)
{
	struct dataset_builder *b = dataset_build();
	struct dataset_recording r = sound("z", four, 4);
	struct dataset_summary s = { 0 };
	struct buf tar = BUF_INIT;
	struct artifact *artifact;
	struct dataset d;
	int16_t out[4];

	cr_assert_eq(dataset_add_recording(b, &r, NULL, 0, NULL), 0);
	r = sound("a", four + 2, 3);
	cr_assert_eq(dataset_add_recording(b, &r, NULL, 0, NULL), 0);
	cr_assert_eq(finish(b, &tar, &s), 0);
	cr_assert_eq(artifact_parse(&artifact, tar.data, tar.len, &anyone,
				    NULL), 0);
	cr_assert_eq(dataset_read(&d, artifact, NULL), 0);
	cr_assert_eq(d.count, 2);
	cr_assert_str_eq(d.recordings[0].name, "a");
	dataset_read_s16(dataset_find(&d, "z"), 2, 4, out);
	cr_assert_arr_eq(out, ((int16_t[]){ 3, 4, 0, 0 }), sizeof(out));
	cr_assert_null(dataset_find(&d, "b"));
	cr_assert(digest_equal(&dataset_find(&d, "a")->source, &r.source));
	dataset_release(&d);
	artifact_close(artifact);
	dataset_summary_release(&s);
	buf_release(&tar);
}

Test(dataset, packed_images_share_a_member)
{
	const uint8_t pixels[8] = { 0, 1, 2, 3, 252, 253, 254, 255 };
	struct dataset_builder *b = dataset_build();
	struct dataset_summary s = { 0 };
	struct buf tar = BUF_INIT;
	struct artifact *artifact;
	struct dataset d;

	for (int i = 0; i < 2; i++) {
		const struct dataset_recording r = {
			.name = i ? "f/1/0" : "f/7/1", .kind = DATASET_IMAGE,
			.type = DATASET_U8, .frames = 2, .width = 2,
			.channels = 1, .bytes = pixels + 4 * i, .n = 4
		};

		cr_assert_eq(dataset_add_recording(b, &r, NULL, 1, NULL), 0);
	}
	cr_assert_eq(finish(b, &tar, &s), 0);
	cr_assert_eq(s.sources, 1);
	cr_assert_eq(artifact_parse(&artifact, tar.data, tar.len, &anyone,
				    NULL), 0);
	cr_assert_eq(dataset_read(&d, artifact, NULL), 0);
	cr_assert_eq(d.recordings[0].bytes[3], 255);
	cr_assert_eq(d.recordings[1].bytes, d.recordings[0].bytes + 4);
	dataset_release(&d);
	artifact_close(artifact);
	dataset_summary_release(&s);
	buf_release(&tar);
}

Test(dataset, nothing_twins_strangers_and_odd_names_are_refused)
{
	static const char *const odd[] = { "", "a\tb", "a\nb", "\xff" };
	struct dataset_builder *b = dataset_build();
	struct dataset_recording r = sound("a", four, 4);
	struct dataset_summary s = { 0 };
	struct buf tar = BUF_INIT;

	cr_assert_eq(finish(dataset_build(), &tar, &s), ERR_FORMAT);
	cr_assert_eq(dataset_add_recording(b, &r, NULL, 0, NULL), 0);
	r.rate_hz = 8000;
	cr_assert_eq(dataset_add_recording(b, &r, NULL, 0, NULL), ERR_FORMAT);
	for (size_t i = 0; i < 4; i++) {
		r = sound(odd[i], four, 4);
		cr_assert_eq(dataset_add_recording(b, &r, NULL, 0, NULL),
			     ERR_FORMAT);
	}
	r = sound("a", four, 0);
	cr_assert_eq(dataset_add_recording(b, &r, NULL, 0, NULL), ERR_FORMAT);
	r = sound("a", four, 3);
	cr_assert_eq(dataset_add_recording(b, &r, NULL, 0, NULL), 0);
	cr_assert_eq(finish(b, &tar, &s), ERR_FORMAT);
}

#define HEADER "id\tname\tkind\ttype\trate_hz\tframes\twidth\tchannels\t" \
	"data\toffset\tsource\n"
#define SHA "\t00000000000000000000000000000000" \
	"00000000000000000000000000000000\n"

static int read_index(const char *index, struct err *err)
{
	struct artifact_maker *maker = artifact_make("collect",
						     DATASET_FORMAT);
	struct buf tar = BUF_INIT;
	struct artifact *artifact;
	struct dataset d;
	int ret;

	artifact_add(maker, "index.tsv", index, strlen(index));
	artifact_add(maker, "data/000000.s16", four, 8);
	cr_assert_eq(artifact_encode(maker, NULL, &tar, NULL, NULL), 0);
	cr_assert_eq(artifact_parse(&artifact, tar.data, tar.len, &anyone,
				    NULL), 0);
	ret = dataset_read(&d, artifact, err);
	dataset_release(&d);
	artifact_close(artifact);
	artifact_drop(maker);
	buf_release(&tar);
	return ret;
}

/* A correctly signed artifact may still lie: by mistake, or made by another
 * program. */
Test(dataset, an_index_that_lies_is_refused_with_its_line)
{
	static const char good[] = HEADER "000000\ta\taudio\ts16\t16000\t4\t1"
		"\t1\tdata/000000.s16\t0" SHA;
	static const char *const bad[] = {
		"", "id\tname\n", HEADER,
		/* cut inside the last line */
		HEADER "000000\ta\taudio\ts16\t16000\t4\t1\t1\tdata/000000.s16",
		/* one frame more than there is, an offset behind the end */
		HEADER "000000\ta\taudio\ts16\t16000\t5\t1\t1\tdata/000000.s16"
			"\t0" SHA,
		HEADER "000000\ta\taudio\ts16\t16000\t4\t1\t1\tdata/000000.s16"
			"\t4294967295" SHA,
		/* sizes whose product overflows */
		HEADER "000000\ta\taudio\ts16\t16000\t4294967295\t65535\t64\t"
			"data/000000.s16\t0" SHA,
		/* no such member, kind, type; no frames; wrong id */
		HEADER "000000\ta\taudio\ts16\t16000\t4\t1\t1\tdata/000001.s16"
			"\t0" SHA,
		HEADER "000000\ta\tsmell\ts16\t16000\t4\t1\t1\tdata/000000.s16"
			"\t0" SHA,
		HEADER "000000\ta\taudio\ts17\t16000\t4\t1\t1\tdata/000000.s16"
			"\t0" SHA,
		HEADER "000000\ta\taudio\ts16\t16000\t0\t1\t1\tdata/000000.s16"
			"\t0" SHA,
		HEADER "000001\ta\taudio\ts16\t16000\t4\t1\t1\tdata/000000.s16"
			"\t0" SHA,
		/* an empty field, a field too many, a digest too short */
		HEADER "000000\t\taudio\ts16\t16000\t4\t1\t1\tdata/000000.s16"
			"\t0" SHA,
		HEADER "000000\ta\taudio\ts16\t16000\t4\t1\t1\tdata/000000.s16"
			"\t0\t0" SHA,
		HEADER "000000\ta\taudio\ts16\t16000\t4\t1\t1\tdata/000000.s16"
			"\t0\t00\n",
		/* two of one name */
		HEADER "000000\ta\taudio\ts16\t16000\t4\t1\t1\tdata/000000.s16"
			"\t0" SHA "000001\ta\taudio\ts16\t16000\t4\t1\t1\t"
			"data/000000.s16\t0" SHA,
	};

	cr_assert_eq(read_index(good, NULL), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = { 0 };

		cr_assert_lt(read_index(bad[i], &err), 0, "%zu", i);
		cr_assert(strstr(err.place, "member 'index.tsv', line"),
			  "%zu: %s", i, err.text);
	}
}
