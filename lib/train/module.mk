train_src := isa.c net.c nets.c layers.c layers_print.c configure.c plan.c \
	arena.c start.c scratch.c pass.c norm.c window.c loss.c layer_conv.c \
	layer_depthwise.c layer_dense.c layer_pool.c layer_join.c \
	layer_dropout.c layer_lstm.c export_lstm.c model.c infer.c schedule.c optimise.c checkpoint.c \
	step.c run.c export.c metrics.c samples.c cache.c augment.c \
	augment_sound.c augment_image.c augment_axes.c stage.c report.c \
	plain/plain.c
train_test := test_isa.c test_net.c test_nets.c test_layers.c test_gradient.c \
	test_schedule.c test_optimise.c test_checkpoint.c test_run.c \
	test_export.c test_metrics.c test_augment.c test_cache.c

train_src += anomaly.c anomaly_kmeans.c
train_test += test_anomaly.c

$(B)/lib/train/plain/plain.o: FILEFLAGS := -O3

ifeq ($(ARCH),x86_64)
train_src += x86/isas.c avx2/avx2.c avx512/avx512.c
$(B)/lib/train/avx2/avx2.o: FILEFLAGS := -O3 -mavx2 -mfma
$(B)/lib/train/avx512/avx512.o: FILEFLAGS := -O3 -mavx512f
else ifeq ($(ARCH),aarch64)
train_src += arm64/isas.c neon/neon.c
$(B)/lib/train/neon/neon.o: FILEFLAGS := -O3
else
train_src += plain/isas.c
endif

# A program of the user's instead.
train_src += by_command.c foreign.c
train_test += test_foreign.c

# Pictures.
train_src += svg.c
train_test += test_svg.c

# Models of any origin.
train_src += finetune.c transfer.c
train_test += test_finetune.c test_transfer.c
