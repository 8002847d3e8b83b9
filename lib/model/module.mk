model_src := model.c query.c check.c check_ops.c check_more.c check_state.c \
	check_host.c flat.c flat_write.c \
	tflite_names.c tflite_options.c tflite_read.c tflite_write.c \
	tflite_write_options.c print.c parse.c cut.c prune.c qdq.c qdq_fold.c
model_test := test_refused.c test_check.c test_tflite.c test_text.c test_cut.c
