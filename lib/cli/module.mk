cli_src := say.c report.c options.c meter.c
cli_test := test_meter.c test_options.c test_report.c test_say.c
