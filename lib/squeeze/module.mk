squeeze_src := answers.c report.c target.c stage.c
squeeze_test := test_answers.c test_report.c test_target.c
