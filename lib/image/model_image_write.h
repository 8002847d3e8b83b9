/*
 * model_image_write - put a model image's records into a caller's buffer.
 *
 * The writer of a whole image (lib/plan) lays out the sections; these write
 * one record each, in the format of image/model_image.h, and return the
 * number of bytes written.  Nothing is checked: model_image_open does.
 */
#ifndef TINYML_IMAGE_MODEL_IMAGE_WRITE_H
#define TINYML_IMAGE_MODEL_IMAGE_WRITE_H

#include "image/model_image.h"

/* 64 bytes. header->crc is written as it stands. */
size_t model_image_put_header(uint8_t *out,
			      const struct model_image_header *header);

/* 16, 40 and 48 bytes. */
size_t model_image_put_entry(uint8_t *out,
			     const struct model_image_entry *entry);
size_t model_image_put_tensor(uint8_t *out,
			      const struct model_image_tensor *tensor);
size_t model_image_put_op(uint8_t *out, const struct model_image_op *op);

/* A parameter block (struct model_image_conv or its like) of n bytes. */
size_t model_image_put_params(uint8_t *out, const void *block, size_t n);

/* Compute the CRC of a finished image of n bytes and store it in its header;
 * the last step. */
void model_image_put_crc(uint8_t *image, size_t n);

#endif
