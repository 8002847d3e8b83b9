dataset_src := wav.c csv.c csv_table.c gzip.c idx.c json_tree.c picture.c \
	picture_jpeg.c picture_png.c untar.c resample.c sound.c quality.c \
	tsv.c table.c marks.c dataset.c builder.c files.c collect.c \
	collect_wav.c collect_csv.c collect_json.c collect_image.c \
	collect_idx.c collect_board.c take.c stage.c
dataset_test := test_wav.c test_csv.c test_gzip.c test_idx.c \
	test_json_tree.c test_picture.c test_untar.c test_sound.c \
	test_quality.c test_dataset.c test_take.c test_collect_board.c
