cli_src := say.c report.c options.c meter.c
cli_test := test_options.c test_report.c test_say.c
