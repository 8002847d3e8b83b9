squeeze_src := answers.c compare.c compare_print.c estimate.c files.c import.c preview.c \
	report.c stage.c tailor.c target.c work.c
squeeze_test := test_answers.c test_compare.c test_estimate.c test_report.c \
	test_tailor.c test_target.c

# A program of the user's instead.
squeeze_src += by_command.c

# Trained further.
squeeze_src += finetune.c
