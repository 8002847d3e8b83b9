labels_src := labels.c pattern.c rows.c rule.c rule_csv.c window.c file.c \
	split.c make.c report.c recorded.c stage.c
labels_test := test_pattern.c test_make.c
