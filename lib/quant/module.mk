quant_src := calibrate.c cluster.c constants.c correct.c equalise.c \
	histogram.c layers.c params.c ports.c prune.c quantise.c recipe.c scale.c watch.c
quant_test := test_quant.c test_cluster.c test_prune.c test_histogram.c test_equalise.c \
	test_correct.c test_operations.c test_ports.c test_quantise.c
