# The board takes kern_ref; the float kernels are for the host.
kern_ref := ops.c overlap.c channels.c \
	ref/conv_s8.c ref/depthwise_s8.c ref/fc_s8.c \
	ref/average_pool_s8.c ref/max_pool_s8.c ref/add_s8.c ref/reshape.c \
	ref/exp_s8.c ref/softmax_s8.c ref/add_s16.c ref/pair_s8.c ref/move.c \
	ref/rescale.c ref/conv_s16.c ref/depthwise_s16.c ref/fc_s16.c \
	ref/transpose_conv_s8.c ref/transpose_conv_s16.c ref/pool_s16.c \
	ref/mul_s16.c ref/curve_s16.c ref/mean.c ref/resize.c ref/svdf_s8.c ref/lstm_s8.c ref/conv_s4.c
# For cores with the DSP extension; a host runs them too, in plain C.
kern_m4 := m4/conv_s8.c m4/depthwise_s8.c m4/depthwise_quads_s8.c m4/fc_s8.c \
	m4/add_s8.c
# For cores with Helium; the same.
kern_m55 := $(addprefix m55/,rows.c conv_s8.c depthwise_s8.c fc_s8.c add_s8.c \
	average_pool_s8.c)
# For cores without SIMD, long multiplication and division; the same.
kern_m0 := $(addprefix m0/,conv_s8.c depthwise_s8.c fc_s8.c add_s8.c \
	average_pool_s8.c output.c)
kern_f32 := f32/conv_f32.c f32/depthwise_f32.c f32/fc_f32.c \
	f32/average_pool_f32.c f32/max_pool_f32.c f32/add_f32.c \
	f32/exp_f32.c f32/softmax_f32.c f32/math_f32.c f32/curve_f32.c \
	f32/pair_f32.c f32/matmul_f32.c f32/reduce_f32.c f32/axis_f32.c \
	f32/cast.c f32/svdf_f32.c f32/lstm_f32.c
# For the machine that evaluates; one instruction set is chosen as it runs.
kern_x86 := x86/shape.c x86/pack.c x86/plain.c
$(B)/lib/kern/x86/plain.o: FILEFLAGS := -O3
ifeq ($(ARCH),x86_64)
kern_x86 += x86/isas.c x86/avx2.c x86/avx512.c
$(B)/lib/kern/x86/avx2.o: FILEFLAGS := -O3 -mavx2
$(B)/lib/kern/x86/avx512.o: FILEFLAGS := -O3 -mavx512f -mavx512bw -mavx512vl \
	-mavx512vnni -mprefer-vector-width=512
else
kern_x86 += x86/isas_plain.c
endif
kern_src := $(kern_ref) $(kern_f32) $(kern_m4) $(kern_m55) $(kern_m0) \
	pack.c pack_channels.c m4/pack.c m55/pack.c m0/pack.c $(kern_x86)
kern_test := test_channels.c test_ops.c test_host.c test_requant.c \
	test_conv_s8.c test_fc_s8.c \
	test_s4.c \
	test_variants.c test_m0.c test_x86.c test_overlap.c \
	test_pool_s8.c test_add_s8.c test_softmax_s8.c test_f32.c \
	test_move.c test_pair.c test_s16.c test_transpose_conv.c \
	test_curve_s16.c test_sample.c test_svdf.c test_lstm.c

# m4/portable or m4/dsp: the same header, chosen by the include path.
$(B)/lib/kern/m4/%.o: CPPFLAGS += -Ilib/kern/m4/portable
# m55/portable or m55/mve likewise.
$(B)/lib/kern/m55/%.o: CPPFLAGS += -Ilib/kern/m55/portable
$(B)/lib/kern/m0/%.o: CPPFLAGS += -Ilib/kern/m0/portable
