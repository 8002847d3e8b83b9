quant_src := calibrate.c histogram.c scale.c int8.c
quant_test := test_quant.c test_histogram.c
