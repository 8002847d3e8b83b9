quant_src := calibrate.c int8.c
quant_test := test_quant.c
