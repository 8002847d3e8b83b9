model_src := model.c query.c check.c check_ops.c check_more.c check_state.c \
	check_host.c flat.c flat_write.c \
	tflite_names.c tflite_options.c tflite_read.c tflite_write.c \
	print.c parse.c cut.c \
	onnx.c onnx_wire.c onnx_read.c onnx_attr.c onnx_tensor.c \
	onnx_layout.c onnx_build.c onnx_axes.c onnx_fold.c onnx_fold_binary.c \
	onnx_window.c onnx_conv.c onnx_deconv.c onnx_pool.c onnx_pad.c \
	onnx_scale.c onnx_pair.c onnx_gemm.c onnx_function.c onnx_shape.c \
	onnx_move.c onnx_slice.c onnx_resize.c onnx_rnn.c onnx_more.c \
	onnx_qdq.c onnx_qlinear.c prune.c qdq.c
model_test := test_refused.c test_check.c test_tflite.c test_text.c test_cut.c
