#include "flash/inspect.h"

#include <string.h>

#include "firmware/firmware.h"
#include "flash/deliver.h"
#include "project/keys.h"

static int device_key(const struct project *project, struct key_public *pub,
		      struct err *err)
{
	bool found;
	int ret = keys_public(project, project->device_key, pub, &found, err);

	if (ret || found)
		return ret;
	err_set(err, ERR_MISSING, "the public device key of the project is "
		"not there");
	err_hint(err, "'device_key' in tinyml.yaml names it");
	return ERR_MISSING;
}

/* The container in the running slot, no more than its own bytes. */
static int read_container(struct smp_link *sl, const struct ask_info *info,
			  struct buf *bytes, const struct progress *progress,
			  struct err *err)
{
	uint32_t total;
	int ret = ask_read_slot(sl, info->slot, MCUBOOT_HEADER_BYTES, bytes,
				NULL, err);

	if (!ret && mcuboot_read_header(bytes->data, bytes->len,
					info->slot_bytes, &total))
		ret = err_set(err, ERR_TRUST, "the running slot does not begin "
			      "with a container");
	buf_clear(bytes);
	return ret ? ret : ask_read_slot(sl, info->slot, total, bytes,
					 progress, err);
}

static int check(struct smp_link *sl, const struct key_public *pub,
		 const struct progress *progress,
		 struct inspect_report *report, struct err *err)
{
	struct mcuboot_image image;
	struct buf bytes = BUF_INIT;
	int ret = ask_info(sl, &report->info, err);

	if (!ret && !report->info.has_model)
		ret = err_set(err, ERR_NO, "the board runs no model");
	if (!ret)
		ret = read_container(sl, &report->info, &bytes, progress, err);
	if (!ret)
		ret = firmware_check(bytes.data, bytes.len, pub->pk, &image,
				     err);
	if (!ret) {
		report->bytes = bytes.len;
		memcpy(report->hash.bytes, image.hash, DIGEST_BYTES);
		memcpy(report->identity.bytes, image.identity, DIGEST_BYTES);
	}
	buf_release(&bytes);
	return ret;
}

int inspect_board(const struct project *project, const char *to,
		  const struct progress *progress,
		  struct inspect_report *report, struct err *err)
{
	struct smp_link *sl = NULL;
	struct key_public pub;
	int ret = device_key(project, &pub, err);

	*report = (struct inspect_report){ 0 };
	if (!ret)
		ret = deliver_connect(project, to, &sl, err);
	if (!ret)
		ret = check(sl, &pub, progress, report, err);
	smp_link_close(sl);
	return ret;
}
