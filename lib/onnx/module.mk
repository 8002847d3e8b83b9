onnx_src := onnx.c wire.c read.c attr.c tensor.c layout.c build.c axes.c \
	fold.c fold_binary.c window.c conv.c deconv.c pool.c pad.c scale.c \
	pair.c gemm.c function.c shape.c move.c slice.c resize.c rnn.c more.c \
	qdq.c qlinear.c
onnx_test := test_onnx.c test_ops.c test_rnn.c test_cases.c
