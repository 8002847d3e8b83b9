#include "artifact/lineage.h"

#include <stdlib.h>
#include <string.h>

#include "artifact/manifest.h"

/* wanted[done..n) is still to be visited; stages are copies of known length. */
struct wanted {
	char stage[MANIFEST_KEY_MAX + 1];
	struct digest id;
};

struct walk {
	const struct lineage *lineage;
	lineage_visit *visit;
	void *ctx;
	struct wanted *wanted;
	size_t done, n;
};

static int want(struct walk *walk, const char *stage, const struct digest *id,
		struct err *err)
{
	struct wanted *w;

	for (size_t i = 0; i < walk->n; i++)
		if (digest_equal(&walk->wanted[i].id, id))
			return 0;
	if (walk->n == LINEAGE_MAX)
		return err_set(err, ERR_LIMIT, "the chain has more than %d "
			       "artifacts", LINEAGE_MAX);
	w = realloc(walk->wanted, (walk->n + 1) * sizeof(*w));
	if (!w)
		return err_nomem(err);
	walk->wanted = w;
	w += walk->n++;
	memcpy(w->stage, stage, strlen(stage) + 1);
	w->id = *id;
	return 0;
}

/* Visit one and queue its inputs, the latest stage first. */
static int follow(struct walk *walk, const struct artifact *artifact,
		  struct err *err)
{
	int ret = walk->visit(walk->ctx, artifact);

	for (size_t i = artifact->input_count; i > 0 && !ret; i--)
		ret = want(walk, artifact->inputs[i - 1].stage,
			   &artifact->inputs[i - 1].id, err);
	if (!ret && !artifact->input_count &&
	    strcmp(artifact->stage, walk->lineage->root) != 0)
		ret = err_set(err, ERR_TRUST, "the chain ends at '%s', which "
			      "names no inputs, not at '%s'", artifact->stage,
			      walk->lineage->root);
	return ret;
}

static int drain(struct walk *walk, struct err *err)
{
	const struct lineage *l = walk->lineage;
	int ret = 0;

	while (walk->done < walk->n && !ret) {
		struct wanted next = walk->wanted[walk->done++];
		struct artifact *artifact;

		ret = artifact_locate(&artifact, &next.id, next.stage,
				      &l->places, l->trust, err);
		if (!ret)
			ret = follow(walk, artifact, err);
		artifact_close(artifact);
	}
	free(walk->wanted);
	return ret;
}

int lineage_walk(const struct lineage *lineage,
		 const struct artifact *artifact, lineage_visit *visit,
		 void *ctx, struct err *err)
{
	struct walk walk = { .lineage = lineage, .visit = visit, .ctx = ctx };
	int ret = want(&walk, artifact->stage, &artifact->id, err);

	walk.done = walk.n;	/* this one is open already */
	if (!ret)
		ret = follow(&walk, artifact, err);
	if (!ret)
		return drain(&walk, err);
	free(walk.wanted);
	return ret;
}

int lineage_walk_id(const struct lineage *lineage, const char *stage,
		    const struct digest *id, lineage_visit *visit, void *ctx,
		    struct err *err)
{
	struct walk walk = { .lineage = lineage, .visit = visit, .ctx = ctx };
	int ret;

	if (strlen(stage) > MANIFEST_KEY_MAX)
		return err_set(err, ERR_LIMIT, "a stage has at most %d "
			       "characters", MANIFEST_KEY_MAX);
	ret = want(&walk, stage, id, err);
	return ret ? ret : drain(&walk, err);
}
