labels_src := pattern.c
labels_test := test_pattern.c
