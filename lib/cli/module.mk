cli_src := say.c options.c meter.c
cli_test :=
