#include "flash/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flash/deliver.h"
#include "flash/identify.h"
#include "link/emulator.h"

enum { NANOSECONDS = 1000000000 };

uint64_t profile_count(const struct profile *p, uint32_t ticks)
{
	uint32_t hz = p->asked.hz;

	if (!p->is_counted)
		return ticks;
	return ((uint64_t)ticks * NANOSECONDS + hz / 2) / hz;
}

double profile_cycles_factor(const struct profile *p)
{
	static const struct {
		const char *core;
		double factor;
	} cores[] = { { "cortex-m4", 1.2 }, { "cortex-m55", 2 } };

	for (size_t i = 0; p->is_counted && i < 2; i++)
		if (!strncmp(p->info.core, cores[i].core,
			     strlen(cores[i].core)))
			return cores[i].factor;
	return 0;
}

/* ---- asking ------------------------------------------------------------- */

/* The image that the project has for what the board runs. */
static int open_image(struct profile *p, const struct artifact *squeezed,
		      const struct artifact *split, struct err *err)
{
	char name[ARTIFACT_NAME_MAX + 1];
	const struct artifact_member *image;
	int ret;

	snprintf(name, sizeof(name), "%.80s/model.img",
		 split ? p->board : p->info.board);
	ret = artifact_need(split ? split : squeezed, name, &image, err);
	if (!ret)
		ret = plan_runner_open(&p->image, image->bytes, image->n, err);
	p->has_image = !ret;
	if (!ret && run_op_count(&p->image.run) > MODEL_IMAGE_OPS_MAX)
		ret = err_set(err, ERR_LIMIT, "the model has more than %d "
			      "operations", MODEL_IMAGE_OPS_MAX);
	return ret;
}

static int ask(struct profile *p, struct smp_link *sl, struct err *err)
{
	bool has_sound = p->info.pcm != 0;
	size_t n = has_sound ? (size_t)p->info.pcm * 2 : p->info.input;
	uint8_t *silence;
	int ret;

	if (n == 0 || n > ASK_RESULT_BYTES_MAX)
		return err_set(err, ERR_DEVICE, "the board wants an input of "
			       "%zu bytes", n);
	silence = calloc(1, n);
	if (!silence)
		return err_nomem(err);
	ret = ask_profile(sl, has_sound ? WIRE_PCM : WIRE_TENSOR, silence, n,
			  &p->asked, err);
	free(silence);
	if (!ret && p->asked.ops != run_op_count(&p->image.run))
		ret = err_set(err, ERR_DEVICE, "the board runs %u operations "
			      "where the project's image has %u", p->asked.ops,
			      run_op_count(&p->image.run));
	return ret;
}

static int connect(struct profile *p, const struct project *project,
		   struct smp_link **sl, struct err *err)
{
	const struct link_options options = { .counts = true };
	const struct project_board *entry;
	int ret = project_board(project, p->board, &entry, err);

	if (ret)
		return ret;
	p->is_counted = strncmp(entry->at, "qemu:", 5) == 0;
	return deliver_connect_with(project, p->board, &options, sl, err);
}

int profile_board(struct profile *p, struct stage *stage, const char *to,
		  struct err *err)
{
	struct artifact *squeezed = NULL, *split = NULL;
	struct smp_link *sl = NULL;
	int ret;

	*p = (struct profile){ .image.model.name = "" };
	snprintf(p->board, sizeof(p->board), "%s", to);
	ret = stage_input(stage, STAGE_SQUEEZE, NULL, &squeezed, err);
	if (!ret)
		ret = connect(p, &stage->project, &sl, err);
	if (!ret)
		ret = identify_board(stage, sl, squeezed, &split, err);
	if (!ret)
		ret = ask_info(sl, &p->info, err);
	if (!ret)
		ret = open_image(p, squeezed, split, err);
	if (!ret)
		ret = ask(p, sl, err);
	smp_link_close(sl);
	artifact_close(squeezed);
	artifact_close(split);
	return ret;
}

void profile_release(struct profile *p)
{
	ask_profile_release(&p->asked);
	if (p->has_image)
		plan_runner_close(&p->image);
	*p = (struct profile){ .image.model.name = "" };
}
