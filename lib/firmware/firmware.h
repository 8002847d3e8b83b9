/*
 * firmware - what is delivered to a board: a signed model container with what
 * it takes to prove it there.
 *
 * The payload of firmware.tar (stage "flash") and release.tar (stage
 * "update"):
 *
 *     model.bin      MCUboot container (image/mcuboot.h) around the model
 *                    image, signed with the device key; its identity entry is
 *                    the identity of the artifact it was made from
 *     golden.bin     inputs and outputs of the model, pair after pair
 *     golden.pcm     the sounds they come from; absent when the model does not
 *                    begin with features
 *     classes.txt
 *     firmware.elf   the program of the board; absent for boards that bring
 *                    their own
 *
 * and among its parameters `target` (type of the board), `version`,
 * `counter`, `device_key` (public, hex).
 */
#ifndef TINYML_FIRMWARE_FIRMWARE_H
#define TINYML_FIRMWARE_FIRMWARE_H

#include "artifact/artifact.h"
#include "base/buf.h"
#include "image/mcuboot.h"
#include "project/stage.h"

enum { FIRMWARE_FORMAT = 1 };

/* "1.2.3" or "1.2.3+4" in one spelling: at most 255.255.65535+4294967295, no
 * leading zeros, a build of 0 not written; ERR_USAGE.  And back. */
int firmware_version_parse(const char *text, struct mcuboot_version *version,
			   struct err *err);
enum { FIRMWARE_VERSION_TEXT = 40 };
void firmware_version_text(const struct mcuboot_version *version,
			   char text[FIRMWARE_VERSION_TEXT]);

struct firmware_seal {
	struct mcuboot_version version;
	uint32_t counter;
	struct digest identity;		/* of the artifact it comes from */
	const struct key_secret *key;	/* device key */
};

/* Append the signed container of a model image. ERR_RANGE, ERR_MEM. */
int firmware_seal(const struct firmware_seal *seal, const void *image,
		  size_t n, struct buf *out, struct err *err);

/* Check a container against a public device key: structure, hash, key hash
 * and signature. ERR_FORMAT, ERR_TRUST. */
int firmware_check(const void *bytes, size_t n, const uint8_t key[32],
		   struct mcuboot_image *image, struct err *err);

/*
 * The stage "flash" or "update" (stage->which): operand is the split or
 * squeezed artifact (NULL: the project's split when nodes are configured,
 * else its squeezed one).  summary gets a few lines for people.
 * ERR_NO when the split left nothing of the model to the board; ERR_MISSING
 * without a device key.
 */
int firmware_stage(struct stage *stage, const char *operand,
		   struct buf *summary, struct err *err);

/* An opened firmware.tar or release.tar, borrowed from the artifact. */
struct firmware {
	const char *target;
	uint8_t key[32];		/* public device key */
	struct mcuboot_image image;	/* checked */
	const uint8_t *container;
	size_t container_bytes;
	uint32_t runtime;		/* lowest version that runs it */
	const uint8_t *golden;		/* golden_count pairs */
	size_t golden_count, input_bytes, output_bytes;
	const int16_t *pcm;		/* golden_count clips, or NULL */
	size_t pcm_samples;		/* of one clip */
};

/*
 * Check everything and describe it: the container by firmware_check, and that
 * version, counter and identity inside of it are those that the artifact says.
 * ERR_FORMAT, ERR_TRUST.
 */
int firmware_read(struct firmware *firmware, const struct artifact *artifact,
		  struct err *err);

#endif
