#include "project/statcache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "artifact/artifact.h"
#include "base/arena.h"
#include "base/file.h"
#include "bits/cursor.h"

/*
 * The file: "TSC1", then entries of
 *     u64 size, mtime_ns, ctime_ns, inode; digest[32]; u16 n; path[n]
 * little-endian, in ascending order of path.
 */
static const uint8_t magic[4] = { 'T', 'S', 'C', '1' };

enum { CACHE_BYTES_MAX = 1 << 28, PATH_BYTES_MAX = 4096,
       RACY_NS = 50000000 };

struct entry {
	const char *path;
	uint64_t size, mtime_ns, ctime_ns, inode;
	struct digest digest;
	bool asked;
	bool racy;		/* too young to be remembered */
};

struct statcache {
	char *path;
	struct arena arena;
	struct buf bytes;	/* the file; entries' paths point into arena */
	struct entry *old;	/* as read, sorted by path */
	size_t old_count, next;	/* next: where the last hit was, plus one */
	struct entry *fresh;	/* hashed now, in the order asked */
	size_t fresh_count, fresh_room;
	size_t asked;
};

static uint64_t ns(struct timespec t)
{
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool read_entry(struct cursor *cur, struct statcache *c, struct entry *e)
{
	const uint8_t *digest, *path;
	uint16_t n;

	e->size = cursor_u64(cur);
	e->mtime_ns = cursor_u64(cur);
	e->ctime_ns = cursor_u64(cur);
	e->inode = cursor_u64(cur);
	digest = cursor_take(cur, DIGEST_BYTES);
	n = cursor_u16(cur);
	path = cursor_take(cur, n);
	if (!path)
		return false;
	memcpy(e->digest.bytes, digest, DIGEST_BYTES);
	e->path = arena_textn(&c->arena, (const char *)path, n);
	return e->path != NULL;
}

static size_t entry_floor(void)
{
	return 4 * 8 + DIGEST_BYTES + 2;
}

static void read_entries(struct statcache *c)
{
	struct cursor cur = cursor_init(c->bytes.data, c->bytes.len);
	const uint8_t *m = cursor_take(&cur, sizeof(magic));

	if (!m || memcmp(m, magic, sizeof(magic)) != 0)
		return;
	c->old = calloc(cursor_left(&cur) / entry_floor() + 1,
			sizeof(*c->old));
	while (c->old && cursor_left(&cur)) {
		if (!read_entry(&cur, c, &c->old[c->old_count])) {
			c->old_count = 0;
			return;
		}
		c->old_count++;
	}
}

int statcache_open(struct statcache **cache, const char *path, bool deep,
		   struct err *err)
{
	struct statcache *c = calloc(1, sizeof(*c));

	*cache = c;
	if (!c || !(c->path = strdup(path)))
		return err_nomem(err);
	if (!deep && file_read(path, CACHE_BYTES_MAX, &c->bytes, NULL) == 0)
		read_entries(c);
	return 0;
}

/* Mostly files are asked for in the order they were stored. */
static struct entry *find(struct statcache *c, const char *path)
{
	size_t low = 0, high = c->old_count;

	if (c->next < c->old_count &&
	    strcmp(c->old[c->next].path, path) == 0)
		return &c->old[c->next++];
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(c->old[mid].path, path);

		if (order == 0) {
			c->next = mid + 1;
			return &c->old[mid];
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static struct entry *add(struct statcache *c, const char *path,
			 const struct entry *content)
{
	struct entry *e;

	if (c->fresh_count == c->fresh_room) {
		size_t room = c->fresh_room ? 2 * c->fresh_room : 64;

		e = realloc(c->fresh, room * sizeof(*e));
		if (!e)
			return NULL;
		c->fresh = e;
		c->fresh_room = room;
	}
	e = &c->fresh[c->fresh_count];
	*e = *content;
	e->path = arena_text(&c->arena, path);
	if (!e->path)
		return NULL;
	c->fresh_count++;
	return e;
}

static bool is_racy(const struct entry *e)
{
	uint64_t last = e->mtime_ns > e->ctime_ns ? e->mtime_ns : e->ctime_ns;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return last > ns(now) || ns(now) - last < RACY_NS;
}

static bool holds(const struct entry *e, const struct stat *st)
{
	return e->size == (uint64_t)st->st_size &&
	       e->mtime_ns == ns(st->st_mtim) &&
	       e->ctime_ns == ns(st->st_ctim) && e->inode == st->st_ino;
}

/* A digest that is remembered under key, or made from the file at path. */
struct question {
	const char *key, *path;
	const struct stat *st;
	int (*make)(const char *path, struct digest *digest, struct err *err);
};

static int answer(struct statcache *cache, const struct question *q,
		  struct digest *digest, struct err *err)
{
	const struct stat *st = q->st;
	struct entry *e = find(cache, q->key), probe = { 0 };
	int ret;

	if (e && holds(e, st)) {
		cache->asked += !e->asked;
		e->asked = true;
		*digest = e->digest;
		return 0;
	}
	probe.size = (uint64_t)st->st_size;
	probe.mtime_ns = ns(st->st_mtim);
	probe.ctime_ns = ns(st->st_ctim);
	probe.inode = st->st_ino;
	probe.racy = is_racy(&probe);	/* before the bytes are read */
	ret = q->make(q->path, digest, err);
	if (ret)
		return ret;
	probe.digest = *digest;
	return add(cache, q->key, &probe) ? 0 : err_nomem(err);
}

int statcache_digest(struct statcache *cache, const char *path,
		     const struct stat *st, struct digest *digest,
		     struct err *err)
{
	return answer(cache, &(struct question){ path, path, st, digest_file },
		      digest, err);
}

int statcache_identity(struct statcache *cache, const char *path,
		       struct digest *id, struct err *err)
{
	char key[PATH_BYTES_MAX];
	struct stat st;

	if (stat(path, &st))
		return err_errno(err, "cannot find '%s'", path);
	/* no file's path has two slashes in front */
	snprintf(key, sizeof(key), "//id/%s", path);
	return answer(cache, &(struct question){ key, path, &st,
		      artifact_identity }, id, err);
}

size_t statcache_hashed(const struct statcache *cache)
{
	return cache->fresh_count;
}

static void put_entry(struct buf *out, const struct entry *e)
{
	size_t n = strlen(e->path);

	if (n > PATH_BYTES_MAX || e->racy)
		return;
	buf_add64(out, e->size);
	buf_add64(out, e->mtime_ns);
	buf_add64(out, e->ctime_ns);
	buf_add64(out, e->inode);
	buf_add(out, e->digest.bytes, DIGEST_BYTES);
	buf_add16(out, (uint16_t)n);
	buf_add(out, e->path, n);
}

static int by_path(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->path, y->path);
}

void statcache_save(struct statcache *cache)
{
	struct buf out = BUF_INIT;
	size_t i = 0, j = 0;

	if (!cache->fresh_count && cache->asked == cache->old_count)
		return;
	if (cache->fresh_count)
		qsort(cache->fresh, cache->fresh_count, sizeof(*cache->fresh),
		      by_path);
	buf_add(&out, magic, sizeof(magic));
	while (i < cache->old_count || j < cache->fresh_count) {
		int order = i == cache->old_count ? 1
			  : j == cache->fresh_count ? -1
			  : strcmp(cache->old[i].path, cache->fresh[j].path);

		if (order < 0) {
			if (cache->old[i].asked)
				put_entry(&out, &cache->old[i]);
			i++;
		} else {
			put_entry(&out, &cache->fresh[j++]);
			i += order == 0;
		}
	}
	if (!out.failed)
		file_write(cache->path, out.data, out.len, 0644, NULL);
	buf_release(&out);
}

void statcache_close(struct statcache *cache)
{
	if (!cache)
		return;
	arena_release(&cache->arena);
	buf_release(&cache->bytes);
	free(cache->old);
	free(cache->fresh);
	free(cache->path);
	free(cache);
}
