model_src := model.c query.c check.c check_ops.c flat.c \
	tflite_names.c tflite_read.c tflite_options.c
model_test :=
