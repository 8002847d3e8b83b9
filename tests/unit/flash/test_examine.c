#include <criterion/criterion.h>
#include <stdlib.h>

#include "agent_peer.h"
#include "base/file.h"
#include "bits/le.h"
#include "dataset/stage.h"
#include "flash/examine.h"
#include "labels/stage.h"
#include "squeeze/squeeze.h"
#include "train/stage.h"

enum { SAMPLES = 8000, RECORDINGS = 24, FEATURES = 240, CLASSES = 2 };

/* A project with its model, and a board that says it runs the model `runs`
 * and answers what no softmax can: every class is likely. */
static char folder[64];
static struct tiny_board *board;
static struct digest runs;
static uint32_t sounds;		/* whole ones that came */

static const char yaml[] =
	"project: p\nkey: ./p.key\n"
	"collect: {path: words}\n"
	"label: {train: 50, validation: 25, test: 25}\n"
	"features: {length_ms: 500}\n"
	"train: {filters: 4, blocks: 1, epochs: 1, batch: 8}\n"
	"targets: [sim]\n";

static void write_sound(const char *path, int period)
{
	static uint8_t wav[44 + 2 * SAMPLES];

	memcpy(wav, "RIFF\244\076\0\0WAVEfmt \020\0\0\0\001\0\001\0", 24);
	memcpy(wav + 24, "\200\076\0\0\0\175\0\0\002\0\020\0", 12);
	memcpy(wav + 36, "data\200\076\0\0", 8);
	for (int i = 0; i < SAMPLES; i++)
		le_put16(wav + 44 + 2 * i, i % period < period / 2 ? 0x1000
								    : 0xf000);
	cr_assert_eq(file_write(path, wav, sizeof(wav), 0644, NULL), 0);
}

static void write_project(void)
{
	const uint8_t seed[32] = { 5 };
	struct key_secret key;
	char path[64];

	key_from_seed(&key, seed);
	cr_assert_eq(key_save(&key, "p.key", NULL), 0);
	cr_assert_eq(file_write("tinyml.yaml", yaml, sizeof(yaml) - 1, 0644,
				NULL), 0);
	cr_assert_eq(file_mkdirs("words/low", NULL), 0);
	cr_assert_eq(file_mkdirs("words/high", NULL), 0);
	for (int i = 0; i < RECORDINGS; i++) {
		snprintf(path, sizeof(path), "words/%s/%02d.wav",
			 i % 2 ? "low" : "high", i);
		write_sound(path, i % 2 ? 80 + i : 10 + i % 7);
	}
}

static void open_stage(struct stage *stage, enum project_stage which)
{
	const struct stage_args args = { .quiet = true };
	struct err err = { 0 };

	cr_assert_eq(stage_open(stage, which, &args, &err), 0, "%s", err.text);
}

static void make_model(void)
{
	const struct collect_args collect = { 0 };
	const struct label_args label = { 0 };
	const struct train_stage train = { .threads = 1 };
	struct dataset_summary summary = { 0 };
	struct labels_report labels = { 0 };
	struct squeeze_report squeezed;
	struct err err = { 0 };
	struct stage stage;

	collect_stage(&collect, &summary, &err);
	label_stage(&label, &labels, &err);
	train_stage(&train, NULL, NULL, &err);
	open_stage(&stage, STAGE_SQUEEZE);
	squeeze_stage(&stage, NULL, 1, NULL, &squeezed, &err);
	stage_close(&stage);
	dataset_summary_release(&summary);
	labels_report_release(&labels);
	cr_assert_eq(err.kind, 0, "%s", err.text);
}

static void enter(void)
{
	const struct artifact_trust trust = { .allow_untrusted = true };
	struct artifact *squeezed;

	strcpy(folder, "/tmp/tinyml-examine-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	write_project();
	make_model();
	cr_assert_eq(artifact_open(&squeezed, "artifacts/squeeze.tar",
				   "squeeze", &trust, NULL), 0);
	runs = squeezed->id;
	artifact_close(squeezed);
	board = tb_new();
	sounds = 0;
}

static void leave(void)
{
	char command[128];

	tb_free(board);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

static void encode_info(struct cbor_out *out)
{
	const struct wire_info info = {
		.board = { "sim", 3 }, .core = { "host", 4 },
		.kernels = { "ref", 3 }, .slots = 2,
		.identity = { runs.bytes, DIGEST_BYTES },
	};

	wire_encode_info(out, &info);
}

static void encode_next(struct cbor_out *out, const struct smp_packet *request)
{
	struct wire_input input;
	struct wire_offset next;

	cr_assert_eq(wire_decode_input(request, &input), 0);
	cr_assert_eq(input.kind, WIRE_PCM);
	next.off = input.off + (uint32_t)input.data.n;
	sounds += next.off == 2 * SAMPLES;
	wire_encode_offset(out, &next);
}

static void encode_piece(struct cbor_out *out,
			 const struct smp_packet *request)
{
	uint8_t bytes[FEATURES];
	struct wire_result_query query;
	struct wire_piece piece = { 0 };

	cr_assert_eq(wire_decode_result_query(request, &query), 0);
	piece.len = query.kind == WIRE_FEATURES ? FEATURES : CLASSES;
	piece.off = query.off;
	memset(bytes, 77, sizeof(bytes));
	piece.data = (struct wire_bytes){ bytes, piece.len - query.off };
	wire_encode_piece(out, &piece);
}

static size_t nonsense(const struct smp_packet *request, uint8_t *out,
		       size_t room)
{
	const struct wire_ran ran = { .us = 1500, .output = CLASSES };
	struct cbor_out answer = cbor_out_init(out, room);
	struct smp_header header = smp_answer(&request->header);

	if (request->header.group != WIRE_GROUP_MODEL)
		return 0;
	smp_begin(&answer, &header);
	if (request->header.id == WIRE_MODEL_INFO)
		encode_info(&answer);
	else if (request->header.id == WIRE_MODEL_INPUT)
		encode_next(&answer, request);
	else if (request->header.id == WIRE_MODEL_RUN)
		wire_encode_ran(&answer, &ran);
	else
		encode_piece(&answer, request);
	return smp_end(&answer) ? 0 : answer.len;
}

static int examine(size_t limit, struct examine_report *report,
		   struct err *err)
{
	const struct examine_order order = { .to = "desk", .limit = limit,
					     .part = LABELS_TEST };
	struct agent_peer peer;
	struct stage stage;
	char text[700];
	int n, ret;

	n = snprintf(text, sizeof(text), "%sboards:\n  desk:\n    type: sim\n"
		     "    at: unix:%s/board\n", yaml, folder);
	cr_assert_eq(file_write("tinyml.yaml", text, (size_t)n, 0644, NULL),
		     0);
	*err = (struct err){ 0 };
	open_stage(&stage, STAGE_UPDATE);
	agent_peer_start(&peer, board, folder);
	peer.script = nonsense;
	ret = examine_board(&stage, &order, NULL, report, err);
	agent_peer_stop(&peer);
	stage_close(&stage);
	return ret;
}

Test(examine, differences_are_counted_and_the_first_is_named, .init = enter,
     .fini = leave)
{
	struct examine_report r;
	struct err err;

	cr_assert_eq(examine(0, &r, &err), 0, "%s", err.text);
	cr_assert_gt(r.count, 1);
	cr_assert_eq(r.count, sounds);
	cr_assert_eq(r.features_equal, 0);
	cr_assert_eq(r.outputs_equal, 0);
	cr_assert_eq(strncmp(r.first_difference, "features of recording ",
			     22), 0, "%s", r.first_difference);
	cr_assert_float_eq(r.mean_ms, 1.5, 1e-9);
	cr_assert_float_eq(r.max_ms, 1.5, 1e-9);
}

Test(examine, no_more_than_asked_for, .init = enter, .fini = leave)
{
	struct examine_report r;
	struct err err;

	cr_assert_eq(examine(1, &r, &err), 0, "%s", err.text);
	cr_assert_eq(r.count, 1);
	cr_assert_eq(sounds, 1);
}

Test(examine, a_board_with_another_model_is_a_plain_no, .init = enter,
     .fini = leave)
{
	struct examine_report r;
	struct err err;

	runs.bytes[0] ^= 1;
	cr_assert_eq(examine(0, &r, &err), ERR_NO);
	cr_assert_not_null(strstr(err.text, "does not run the model of this "
				  "project"), "%s", err.text);
	cr_assert_not_null(strstr(err.hint, "tinyml flash --to"));
	cr_assert_eq(sounds, 0);
}
