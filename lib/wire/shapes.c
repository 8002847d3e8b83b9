#include "wire/shapes.h"

#include "wire/messages.h"

#define AT(message, field) (uint16_t)offsetof(struct wire_##message, field)

#define FIELD(message, field, key, kind, mark) \
	{ key, WIRE_FIELD_##kind, WIRE_##mark, AT(message, field), NULL }

#define LIST(message, field, count, shape) \
static const struct wire_list list_##message = { \
	shape, sizeof(((struct wire_##message *)0)->field[0]), \
	sizeof(((struct wire_##message *)0)->field) / \
	sizeof(((struct wire_##message *)0)->field[0]), AT(message, count) \
}

#define LISTED(message, field, key, kind) \
	{ key, WIRE_FIELD_##kind, WIRE_ALWAYS, AT(message, field), \
	  &list_##message }

#define SHAPE(message) \
const struct wire_shape wire_shape_##message = { \
	fields_##message, sizeof(fields_##message) / sizeof(struct wire_field) }

const struct wire_shape wire_shape_nothing = { NULL, 0 };

static const struct wire_field fields_echo[] = {
	FIELD(echo, d, "d", TEXT, ALWAYS),
};
SHAPE(echo);

static const struct wire_field fields_echoed[] = {
	FIELD(echoed, r, "r", TEXT, ALWAYS),
};
SHAPE(echoed);

static const struct wire_field fields_reset[] = {
	FIELD(reset, force, "force", U32, ZERO),
};
SHAPE(reset);

static const struct wire_field fields_params[] = {
	FIELD(params, buf_size, "buf_size", U32, ALWAYS),
	FIELD(params, buf_count, "buf_count", U32, ALWAYS),
};
SHAPE(params);

static const struct wire_field fields_app_query[] = {
	FIELD(app_query, format, "format", TEXT, ZERO),
};
SHAPE(app_query);

static const struct wire_field fields_app[] = {
	FIELD(app, output, "output", TEXT, ALWAYS),
};
SHAPE(app);

static const struct wire_field fields_bootloader_query[] = {
	FIELD(bootloader_query, query, "query", TEXT, ZERO),
};
SHAPE(bootloader_query);

static const struct wire_field fields_bootloader[] = {
	FIELD(bootloader, bootloader, "bootloader", TEXT, ZERO),
	FIELD(bootloader, mode, "mode", U32, ABSENT),
	FIELD(bootloader, no_downgrade, "no-downgrade", BOOL, ZERO),
};
SHAPE(bootloader);

static const struct wire_field fields_select[] = {
	FIELD(select, hash, "hash", BYTES, ZERO),
	FIELD(select, confirm, "confirm", BOOL, ZERO),
};
SHAPE(select);

static const struct wire_field fields_image[] = {
	FIELD(image, image, "image", U32, ZERO),
	FIELD(image, slot, "slot", U32, ALWAYS),
	FIELD(image, version, "version", TEXT, ALWAYS),
	FIELD(image, hash, "hash", BYTES, ZERO),
	FIELD(image, bootable, "bootable", BOOL, ZERO),
	FIELD(image, pending, "pending", BOOL, ZERO),
	FIELD(image, confirmed, "confirmed", BOOL, ZERO),
	FIELD(image, active, "active", BOOL, ZERO),
	FIELD(image, permanent, "permanent", BOOL, ZERO),
};
static const struct wire_shape shape_image = {
	fields_image, sizeof(fields_image) / sizeof(struct wire_field)
};

LIST(images, images, image_count, &shape_image);
static const struct wire_field fields_images[] = {
	LISTED(images, images, "images", MAPS),
};
SHAPE(images);

static const struct wire_field fields_upload[] = {
	FIELD(upload, image, "image", U32, ZERO),
	FIELD(upload, off, "off", U32, ALWAYS),
	FIELD(upload, data, "data", BYTES, ALWAYS),
	FIELD(upload, len, "len", U32, ZERO),
	FIELD(upload, sha, "sha", BYTES, ZERO),
	FIELD(upload, upgrade, "upgrade", BOOL, ZERO),
};
SHAPE(upload);

static const struct wire_field fields_offset[] = {
	FIELD(offset, off, "off", U32, ABSENT),
};
SHAPE(offset);

static const struct wire_field fields_erase[] = {
	FIELD(erase, slot, "slot", U32, ABSENT),
};
SHAPE(erase);

static const struct wire_field fields_stat_query[] = {
	FIELD(stat_query, name, "name", TEXT, ALWAYS),
};
SHAPE(stat_query);

LIST(stats, fields, field_count, NULL);
static const struct wire_field fields_stats[] = {
	FIELD(stats, name, "name", TEXT, ALWAYS),
	LISTED(stats, fields, "fields", COUNTERS),
};
SHAPE(stats);

LIST(stat_list, stat_list, stat_count, NULL);
static const struct wire_field fields_stat_list[] = {
	LISTED(stat_list, stat_list, "stat_list", TEXTS),
};
SHAPE(stat_list);

static const struct wire_field fields_sensor[] = {
	FIELD(sensor, id, "id", U32, ALWAYS),
	FIELD(sensor, name, "name", TEXT, ALWAYS),
	FIELD(sensor, unit, "unit", TEXT, ZERO),
	FIELD(sensor, rate_mhz, "rate_mhz", U32, ALWAYS),
	FIELD(sensor, channels, "channels", U32, ALWAYS),
	FIELD(sensor, kind, "kind", U32, ALWAYS),
};
static const struct wire_shape shape_sensor = {
	fields_sensor, sizeof(fields_sensor) / sizeof(struct wire_field)
};

LIST(sensors, sensors, sensor_count, &shape_sensor);
static const struct wire_field fields_sensors[] = {
	LISTED(sensors, sensors, "sensors", MAPS),
};
SHAPE(sensors);

static const struct wire_field fields_start[] = {
	FIELD(start, sensor, "sensor", U32, ALWAYS),
	FIELD(start, bps, "bps", U32, ZERO),
	FIELD(start, frames, "frames", U32, ZERO),
};
SHAPE(start);

static const struct wire_field fields_started[] = {
	FIELD(started, rate_mhz, "rate_mhz", U32, ALWAYS),
	FIELD(started, channels, "channels", U32, ALWAYS),
	FIELD(started, kind, "kind", U32, ALWAYS),
	FIELD(started, data, "data", U32, ALWAYS),
};
SHAPE(started);

static const struct wire_field fields_data[] = {
	FIELD(data, seq, "seq", U32, ALWAYS),
	FIELD(data, t_us, "t_us", U32, ALWAYS),
	FIELD(data, data, "data", BYTES, ALWAYS),
	FIELD(data, lost, "lost", U32, ZERO),
	FIELD(data, last, "last", BOOL, ZERO),
};
SHAPE(data);

static const struct wire_field fields_stopped[] = {
	FIELD(stopped, frames, "frames", U32, ALWAYS),
	FIELD(stopped, lost, "lost", U32, ALWAYS),
};
SHAPE(stopped);

static const struct wire_field fields_info[] = {
	FIELD(info, board, "board", TEXT, ALWAYS),
	FIELD(info, core, "core", TEXT, ALWAYS),
	FIELD(info, ram, "ram", U32, ALWAYS),
	FIELD(info, flash, "flash", U32, ALWAYS),
	FIELD(info, arena, "arena", U32, ALWAYS),
	FIELD(info, slots, "slots", U32, ALWAYS),
	FIELD(info, slot_bytes, "slot_bytes", U32, ALWAYS),
	FIELD(info, page, "page", U32, ALWAYS),
	FIELD(info, kernels, "kernels", TEXT, ALWAYS),
	FIELD(info, runtime, "runtime", U32, ALWAYS),
	FIELD(info, identity, "identity", BYTES, ZERO),
	FIELD(info, name, "name", TEXT, ZERO),
	FIELD(info, version, "version", TEXT, ZERO),
	FIELD(info, counter, "counter", U32, ZERO),
	FIELD(info, floor, "floor", U32, ZERO),
	FIELD(info, slot, "slot", U32, ABSENT),
	FIELD(info, trial, "trial", BOOL, ZERO),
	FIELD(info, confirmed, "confirmed", BOOL, ZERO),
	FIELD(info, pcm, "pcm", U32, ZERO),
	FIELD(info, rate_hz, "rate_hz", U32, ZERO),
	FIELD(info, input, "input", U32, ZERO),
	FIELD(info, output, "output", U32, ZERO),
};
SHAPE(info);

static const struct wire_field fields_input[] = {
	FIELD(input, kind, "kind", U32, ZERO),
	FIELD(input, off, "off", U32, ALWAYS),
	FIELD(input, len, "len", U32, ALWAYS),
	FIELD(input, data, "data", BYTES, ALWAYS),
};
SHAPE(input);

static const struct wire_field fields_ran[] = {
	FIELD(ran, us, "us", U32, ALWAYS),
	FIELD(ran, output, "output", U32, ALWAYS),
	FIELD(ran, top, "top", U32, ABSENT),
	FIELD(ran, label, "label", TEXT, ZERO),
	FIELD(ran, guard, "guard", BOOL, ZERO),
};
SHAPE(ran);

static const struct wire_field fields_result_query[] = {
	FIELD(result_query, kind, "kind", U32, ZERO),
	FIELD(result_query, off, "off", U32, ALWAYS),
};
SHAPE(result_query);

static const struct wire_field fields_piece[] = {
	FIELD(piece, off, "off", U32, ALWAYS),
	FIELD(piece, len, "len", U32, ALWAYS),
	FIELD(piece, data, "data", BYTES, ALWAYS),
};
SHAPE(piece);

static const struct wire_field fields_selftest[] = {
	FIELD(selftest, slot, "slot", U32, ABSENT),
};
SHAPE(selftest);

static const struct wire_field fields_selftested[] = {
	FIELD(selftested, vectors, "vectors", U32, ALWAYS),
	FIELD(selftested, passed, "passed", U32, ALWAYS),
	FIELD(selftested, failed, "failed", U32, ABSENT),
};
SHAPE(selftested);

static const struct wire_field fields_read[] = {
	FIELD(read, slot, "slot", U32, ALWAYS),
	FIELD(read, off, "off", U32, ALWAYS),
	FIELD(read, n, "n", U32, ALWAYS),
};
SHAPE(read);

static const struct wire_field fields_key[] = {
	FIELD(key, key, "key", BYTES, ZERO),
};
SHAPE(key);

static const struct wire_field fields_profile_query[] = {
	FIELD(profile_query, first, "first", U32, ZERO),
};
SHAPE(profile_query);

static const struct wire_field fields_profile[] = {
	FIELD(profile, ops, "ops", U32, ALWAYS),
	FIELD(profile, hz, "hz", U32, ALWAYS),
	FIELD(profile, features, "features", U32, ZERO),
	FIELD(profile, ticks, "ticks", BYTES, ALWAYS),
};
SHAPE(profile);
