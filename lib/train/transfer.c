#include "train/transfer.h"

#include <stdlib.h>

#include "base/file.h"
#include "model/tflite.h"

static int check_keys(const struct project_train *t, struct err *err)
{
	if (!t->start[0] && t->freeze > 0) {
		err_set(err, ERR_FORMAT, "train.freeze is %ld, but there are "
			"no weights to keep", t->freeze);
		err_hint(err, "name a model in train.start");
		return ERR_FORMAT;
	}
	if (t->start[0] && t->layers.n > 0) {
		err_set(err, ERR_FORMAT, "train.start and train.layers both "
			"say what the network is");
		err_hint(err, "leave one of them out");
		return ERR_FORMAT;
	}
	return 0;
}

static int read_artifact(struct transfer *t, const char *path,
			 const struct artifact_trust *trust, struct err *err)
{
	const struct artifact_member *member;
	struct artifact *artifact;
	int status = artifact_open(&artifact, path, "train", trust, err);

	if (status != 0)
		return status;
	status = artifact_need(artifact, "model.tflite", &member, err);
	if (status == 0)
		status = model_read_tflite(&t->graph, member->bytes, member->n,
					   err);
	t->digest = artifact->id;
	artifact_close(artifact);
	return status;
}

static int read_file(struct transfer *t, const char *path,
		     const struct artifact_trust *trust, struct err *err)
{
	struct buf file = BUF_INIT;
	int status;

	if (file_read(path, MODEL_BYTES_MAX, &file, NULL) == 0 &&
	    model_is_tflite(file.data, file.len)) {
		t->digest = digest_of(file.data, file.len);
		status = model_read_tflite(&t->graph, file.data, file.len,
					   err);
	} else {
		status = read_artifact(t, path, trust, err);
	}
	buf_release(&file);
	return status;
}

/* A network over time has its columns as channels. */
static int check_input(const struct net *net, struct net_shape input,
		       struct err *err)
{
	if (net->h == input.h &&
	    ((net->w == input.w && net->c == input.c) ||
	     (net->w == 1 && net->c == input.w * input.c)))
		return 0;
	err_set(err, ERR_FORMAT, "its input is %d x %d x %d, the features are "
		"%d x %d x %d", net->h, net->w, net->c, input.h, input.w,
		input.c);
	err_hint(err, "give features: the values that the model was trained "
		 "with, or start from another");
	return ERR_FORMAT;
}

static int check_freeze(const struct transfer *t, struct err *err)
{
	int count = t->imported.net.count;

	if (t->freeze < count)
		return 0;
	err_set(err, ERR_RANGE, "train.freeze is %d of %d layers: nothing is "
		"left to train", t->freeze, count);
	err_hint(err, "set it to %d or less; `tinyml train --dry-run` lists "
		 "the layers with train.freeze 0", count - 1);
	return ERR_RANGE;
}

static int fill(struct transfer *t, const struct stage *stage,
		struct net_shape input, int classes, struct err *err)
{
	const char *name = stage->project.train.start;
	char *path = project_path(&stage->project, name);
	int status = path ? read_file(t, path, &stage->trust, err) :
		err_nomem(err);

	if (status == 0)
		status = train_import(&t->graph, &t->imported, err);
	if (status == 0)
		status = check_input(&t->imported.net, input, err);
	if (status == 0)
		status = train_new_head(&t->imported, classes, err);
	if (status == 0)
		status = check_freeze(t, err);
	if (status != 0) {
		err_at(err, "train.start '%s'", name);
		err_hint(err, "it is a .tflite of floats or the model.tar of "
			 "an earlier training");
	}
	free(path);
	return status;
}

int transfer_open(struct transfer **out, const struct stage *stage,
		  struct net_shape input, int classes, struct err *err)
{
	const struct project_train *train = &stage->project.train;
	int status = check_keys(train, err);

	*out = NULL;
	if (status != 0 || !train->start[0])
		return status;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return err_nomem(err);
	(*out)->freeze = (int)train->freeze;
	status = fill(*out, stage, input, classes, err);
	if (status != 0) {
		transfer_close(*out);
		*out = NULL;
	}
	return status;
}

void transfer_close(struct transfer *transfer)
{
	if (!transfer)
		return;
	model_release(&transfer->graph);
	free(transfer);
}

int transfer_start(const struct transfer *transfer, struct train_job *job,
		   struct train_model **start, struct err *err)
{
	int status;

	job->freeze = transfer->freeze;
	status = train_start_from(start, &transfer->graph,
				  &transfer->imported, job, err);
	job->start = *start;
	return status;
}

void transfer_params(const struct transfer *transfer,
		     struct artifact_maker *maker)
{
	char hex[DIGEST_HEX];

	digest_hex(&transfer->digest, hex);
	artifact_add_param(maker, "train.start.sha256", "%s", hex);
}
