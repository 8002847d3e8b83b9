quant_src := calibrate.c correct.c equalise.c histogram.c params.c quantise.c \
	recipe.c scale.c watch.c
quant_test := test_quant.c test_histogram.c test_equalise.c \
	test_correct.c test_quantise.c
