#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "dataset/picture.h"

/* libjpeg's way out of an error is a jump to where reading began. */
struct reader {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf out;
	struct err *err;
	int status;
};

static struct reader *reader_of(j_common_ptr jpeg)
{
	return (struct reader *)jpeg;
}

static _Noreturn void give_up(j_common_ptr jpeg)
{
	struct reader *r = reader_of(jpeg);
	char text[JMSG_LENGTH_MAX];

	if (!r->status) {
		jpeg->err->format_message(jpeg, text);
		r->status = err_set(r->err, ERR_FORMAT, "JPEG cannot be "
				    "read: %.60s", text);
	}
	longjmp(r->out, 1);
}

/* A level below 0 is a warning: the file is damaged and was mended. */
static void hear(j_common_ptr jpeg, int level)
{
	if (level < 0)
		give_up(jpeg);
}

/* A few bytes can ask for any number of passes over the whole picture. */
static void count_scans(j_common_ptr jpeg)
{
	struct reader *r = reader_of(jpeg);

	if (r->jpeg.input_scan_number <= PICTURE_SCANS_MAX)
		return;
	r->status = err_set(r->err, ERR_LIMIT, "JPEG of more than %d scans",
			    PICTURE_SCANS_MAX);
	give_up(jpeg);
}

static void init(struct reader *r, struct err *err)
{
	*r = (struct reader){ .err = err };
	r->jpeg.err = jpeg_std_error(&r->errors);
	r->errors.error_exit = give_up;
	r->errors.emit_message = hear;
	r->progress.progress_monitor = count_scans;
}

static void read_header(struct reader *r, struct picture *picture,
			uint32_t channels)
{
	struct jpeg_decompress_struct *jpeg = &r->jpeg;

	jpeg_read_header(jpeg, TRUE);
	if (jpeg->num_components > 3)
		r->status = err_set(r->err, ERR_UNSUPPORTED, "JPEG of %d "
				    "colours (CMYK); 1 or 3 are read",
				    jpeg->num_components);
	else
		r->status = picture_reserve(picture, jpeg->image_height,
					    jpeg->image_width, channels,
					    r->err);
	if (r->status)
		give_up((j_common_ptr)jpeg);
	jpeg->progress = &r->progress;
	jpeg->out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
	jpeg->dct_method = JDCT_ISLOW;
}

static void read_rows(struct reader *r, struct picture *picture)
{
	struct jpeg_decompress_struct *jpeg = &r->jpeg;
	size_t row_bytes = (size_t)picture->width * picture->channels;

	jpeg_start_decompress(jpeg);
	while (jpeg->output_scanline < jpeg->output_height) {
		JSAMPROW row = picture->pixels +
			       jpeg->output_scanline * row_bytes;

		jpeg_read_scanlines(jpeg, &row, 1);
	}
	jpeg_finish_decompress(jpeg);
}

int picture_read_jpeg(struct picture *picture, const void *bytes, size_t n,
		      uint32_t channels, struct err *err)
{
	struct reader *r = malloc(sizeof(*r));
	int status;

	if (!r)
		return err_nomem(err);
	init(r, err);
	if (setjmp(r->out) == 0) {
		jpeg_create_decompress(&r->jpeg);
		jpeg_mem_src(&r->jpeg, bytes, n);
		read_header(r, picture, channels);
		read_rows(r, picture);
	}
	status = r->status;
	jpeg_destroy_decompress(&r->jpeg);
	free(r);
	if (status)
		picture_release(picture);
	return status;
}
