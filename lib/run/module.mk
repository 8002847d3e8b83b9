# The board takes run_board; the float operations are for the host.
run_board := run.c op.c op_constants.c op_overlap.c set_ref.c op_conv_s8.c \
	op_fc_s8.c \
	op_pool_s8.c op_add_s8.c op_reshape.c op_softmax_s8.c op_pair_s8.c \
	op_move.c op_conv_s16.c op_svdf.c op_sample.c op_lstm.c op_s4.c
run_m4 := set_m4.c op_m4.c
run_m55 := set_m55.c op_m55.c
run_m0 := set_m0.c op_m0.c
run_f32 := set_host.c op_f32.c op_conv_f32.c op_fc_f32.c op_pool_f32.c \
	op_add_f32.c op_softmax_f32.c op_pair_f32.c op_axis_f32.c op_cast.c \
	op_svdf_f32.c op_lstm_f32.c
run_x86 := set_x86.c op_x86.c
run_src := $(run_board) $(run_m4) $(run_m55) $(run_m0) $(run_f32) $(run_x86)
run_test := test_run.c test_float.c test_hostile.c
