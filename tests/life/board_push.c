/*
 * board_push AT TYPE FOLDER FILE - send a file to a board as a model, whatever
 * is in it, past all that commands check before; then ask it to try that.
 * Says in one line what the board says.  Status 0: it took all.
 */
#include <stdio.h>

#include "base/file.h"
#include "flash/ask.h"
#include "link/emulator.h"

enum { FILE_BYTES_MAX = 1 << 20 };

static int push(struct smp_link *sl, const struct buf *file, struct err *err)
{
	struct ask_container container = { file->data, file->len, 0 };
	struct ask_slot slots[2];
	struct ask_info info;
	int ret = ask_info(sl, &info, err);

	container.page = info.page;
	if (!ret)
		ret = ask_upload(sl, &container, NULL, NULL, err);
	if (!ret)
		ret = ask_slots(sl, slots, err);
	for (int i = 0; i < 2 && !ret; i++)
		if (slots[i].present && !slots[i].active)
			ret = ask_try(sl, slots[i].hash.bytes, err);
	return ret;
}

int main(int argc, char **argv)
{
	struct place place = { "test", NULL, NULL, NULL };
	struct smp_link *sl = NULL;
	struct buf file = BUF_INIT;
	struct err err = { 0 };

	if (argc != 5)
		return 2;
	place.at = argv[1];
	place.type = argv[2];
	place.root = argv[3];
	if (file_read(argv[4], FILE_BYTES_MAX, &file, &err) == 0 &&
	    place_open(&sl, &place, NULL, &err) == 0) {
		smp_link_patience(sl, ASK_PATIENCE_MS, ASK_RETRIES);
		push(sl, &file, &err);
	}
	printf("%s\n", err.kind ? err.text : "taken");
	smp_link_close(sl);
	buf_release(&file);
	return err.kind != 0;
}
