#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim.h"

static void broken(const char *rule, uint32_t offset)
{
	fprintf(stderr, "boardsim: flash rule broken at 0x%x: %s\n", offset,
		rule);
	_exit(SIM_STATUS_BROKEN);
}

/* Does power fail in this operation? */
static bool is_last(struct sim_flash *flash)
{
	if (flash->slow_us)
		usleep((useconds_t)flash->slow_us);
	return ++flash->count == flash->die_at;
}

static uint32_t share(const struct sim_flash *flash, uint32_t n)
{
	switch (flash->torn) {
	case SIM_TORN_NONE: return 0;
	case SIM_TORN_HALF: return n / 2;
	default: return n;
	}
}

static int erase(void *ctx, uint32_t offset)
{
	struct sim *sim = ctx;
	struct sim_flash *flash = &sim->flash;
	uint32_t n = flash->contract->sector_bytes;

	if (offset % n || offset > flash->contract->bytes - n)
		broken("erase of no whole sector", offset);
	if (is_last(flash)) {
		n = share(flash, n);
		for (uint32_t i = 0; i < n; i++)
			flash->bytes[offset + i] |=
				flash->torn == SIM_TORN_BITS ? 0x5A : 0xFF;
		_exit(SIM_STATUS_POWER_CUT);
	}
	memset(flash->bytes + offset, FLASH_ERASED, n);
	return 0;
}

static void check_program(const struct sim_flash *flash, uint32_t offset,
			  uint32_t n)
{
	uint32_t unit = flash->contract->unit_bytes;
	uint32_t sector = flash->contract->sector_bytes;

	if (n == 0 || n % unit || offset % unit)
		broken("program of no whole units", offset);
	if (n > sector || offset % sector > sector - n ||
	    offset > flash->contract->bytes - n)
		broken("program across a sector's end", offset);
	for (uint32_t i = 0; i < n; i++)
		if (flash->bytes[offset + i] != FLASH_ERASED)
			broken("program of a unit that is not erased",
			       offset + i);
}

static int program(void *ctx, uint32_t offset, const void *bytes, uint32_t n)
{
	struct sim *sim = ctx;
	struct sim_flash *flash = &sim->flash;
	const uint8_t *p = bytes;

	check_program(flash, offset, n);
	if (is_last(flash)) {
		n = share(flash, n);
		for (uint32_t i = 0; i < n; i++)
			flash->bytes[offset + i] = (uint8_t)(p[i] |
				(flash->torn == SIM_TORN_BITS ? 0xA5 : 0));
		_exit(SIM_STATUS_POWER_CUT);
	}
	memcpy(flash->bytes + offset, bytes, n);
	return 0;
}

/* Make a new file of erased flash, or take the one there. */
static int open_file(const char *path, uint32_t bytes)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct stat st;
	uint8_t erased[4096];

	if (fd < 0) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0)
			sim_die("cannot open flash file '%s'", path);
	}
	if (fstat(fd, &st))
		sim_die("cannot read flash file '%s'", path);
	if (st.st_size >= bytes)
		return fd;
	if (st.st_size != 0)
		sim_die("flash file '%s' has %ld bytes, fewer than %u", path,
			(long)st.st_size, bytes);
	memset(erased, FLASH_ERASED, sizeof(erased));
	for (uint32_t at = 0; at < bytes; at += sizeof(erased))
		if (write(fd, erased, sizeof(erased)) != sizeof(erased))
			sim_die("cannot write flash file '%s'", path);
	return fd;
}

void sim_flash_open(struct sim *sim, const char *path)
{
	struct flash *contract = &sim->hal->flash;
	int fd = open_file(path, contract->bytes);
	void *base = mmap(NULL, contract->bytes, PROT_READ, MAP_SHARED, fd, 0);
	void *bytes = mmap(NULL, contract->bytes, PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, 0);

	if (base == MAP_FAILED || bytes == MAP_FAILED)
		sim_die("cannot map flash file '%s'", path);
	close(fd);
	contract->base = base;
	contract->erase = erase;
	contract->program = program;
	contract->ctx = sim;
	sim->flash.bytes = bytes;
	sim->flash.contract = contract;
}
