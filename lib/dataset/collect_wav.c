#include "dataset/collect_priv.h"

int prepare_wav(const struct collect_job *job, struct source_file *file)
{
	const struct project_collect *want = job->collect;
	int ret = wav_parse(&file->wav, file->bytes, file->n,
			    &file->why);

	if (ret)
		return ret;
	return sound_make(&file->sound, &file->wav, (uint32_t)want->rate_hz,
			  (uint32_t)want->channels, &file->why);
}

static void count(struct dataset_summary *summary,
		  const struct source_file *file)
{
	summary->resampled += file->sound.resampled;
	summary->mixed += file->sound.mixed;
	summary->repaired += file->wav.repairs != 0;
	if (file->wav.repairs)
		dataset_note(summary, "'%s' was repaired: %s", file->name,
			     wav_repair_text(file->wav.repairs));
}

int add_wav(struct collector *c, struct source_file *file)
{
	const struct project_collect *want = c->job->collect;
	size_t frames = file->sound.frames;
	const struct dataset_recording r = {
		.name = file->name, .kind = DATASET_AUDIO, .type = DATASET_S16,
		.rate_hz = (uint32_t)want->rate_hz, .width = 1,
		.channels = (uint32_t)want->channels,
		.frames = (uint32_t)frames, .bytes = file->sound.bytes,
		.n = 2 * frames * (size_t)want->channels,
		.source = file->digest
	};
	int ret = dataset_add_recording(c->builder, &r, NULL, file->pack,
					&file->why);

	if (!ret)
		count(c->summary, file);
	return ret;
}
