#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "bits/cursor.h"
#include "bits/le.h"
#include "sim.h"

enum { FILE_MAX = 64 << 20, BUFFER_SECONDS = 1, US = 1000000 };

static uint8_t *load(const char *path, size_t *n)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = malloc(FILE_MAX);

	if (!file || !bytes)
		sim_die("cannot read '%s'", path);
	*n = fread(bytes, 1, FILE_MAX, file);
	fclose(file);
	return bytes;
}

static void add_samples(struct sim_mic *mic, const uint8_t *bytes, size_t n)
{
	size_t count = n / 2;

	mic->samples = realloc(mic->samples, (mic->count + count + 1) *
			       sizeof(*mic->samples));
	if (!mic->samples)
		sim_die("out of memory");
	for (size_t i = 0; i < count; i++)
		mic->samples[mic->count + i] =
			(int16_t)le_u16(bytes + 2 * i);
	mic->count += count;
}

/* The fmt chunk must say s16, mono, and the first file's rate. */
static bool is_fit(struct sim_mic *mic, struct cursor *chunk)
{
	uint16_t format = cursor_u16(chunk), channels = cursor_u16(chunk);
	uint32_t rate_hz = cursor_u32(chunk);
	uint16_t bits;

	cursor_u32(chunk);
	cursor_u16(chunk);
	bits = cursor_u16(chunk);
	if (chunk->err || format != 1 || channels != 1 || bits != 16 ||
	    rate_hz == 0)
		return false;
	if (mic->rate_hz == 0)
		mic->rate_hz = rate_hz;
	return mic->rate_hz == rate_hz;
}

static void add_file(struct sim_mic *mic, const char *path)
{
	size_t n;
	uint8_t *bytes = load(path, &n);
	struct cursor cur = cursor_init(bytes, n);
	bool fit = false;

	cursor_take(&cur, 12);	/* RIFF, size, WAVE */
	while (!cur.err && cursor_left(&cur) >= 8) {
		uint32_t id = cursor_u32(&cur), size = cursor_u32(&cur);
		struct cursor chunk;

		if (size > cursor_left(&cur))
			size = (uint32_t)cursor_left(&cur);
		chunk = cursor_sub(&cur, cursor_offset(&cur), size);
		if (id == 0x20746d66)		/* "fmt " */
			fit = is_fit(mic, &chunk);
		else if (id == 0x61746164 && fit)	/* "data" */
			add_samples(mic, chunk.pos, size);
		cursor_take(&cur, size + (size < cursor_left(&cur) &&
					  size % 2));
	}
	if (!fit)
		sim_die("'%s' is not s16 mono of one rate", path);
	free(bytes);
}

static int is_wav(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".wav") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

void sim_mic_open(struct sim_mic *mic, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_wav, by_name);
	char path[4096];

	if (count <= 0)
		sim_die("no .wav files in '%s'", folder);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder,
			 entries[i]->d_name);
		add_file(mic, path);
		free(entries[i]);
	}
	free(entries);
	if (mic->count == 0)
		sim_die("no samples in '%s'", folder);
}

void sim_mic_start(struct sim_mic *mic)
{
	mic->start_us = sim_now_us();
	mic->taken = 0;
}

size_t sim_mic_read(struct sim_mic *mic, int16_t *samples, size_t n,
		    uint32_t *lost)
{
	uint64_t us = (sim_now_us() - mic->start_us) * (uint64_t)mic->speed;
	uint64_t due = us * mic->rate_hz / US - mic->taken;
	uint64_t room = (uint64_t)mic->rate_hz * BUFFER_SECONDS;

	if (due > room) {	/* the oldest have been overwritten */
		*lost += (uint32_t)(due - room);
		mic->taken += due - room;
		due = room;
	}
	if (due < n)
		return 0;	/* whole messages only */
	for (size_t i = 0; i < n; i++)
		samples[i] = mic->samples[(mic->taken + i) % mic->count];
	mic->taken += n;
	return n;
}
