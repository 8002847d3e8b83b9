dataset_src := wav.c
dataset_test := test_wav.c
