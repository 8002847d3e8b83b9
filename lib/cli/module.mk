cli_src := say.c options.c meter.c
cli_test := test_options.c test_say.c
