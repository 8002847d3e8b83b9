flash_src := ask.c deliver.c golden.c to.c examine.c inspect.c
flash_test :=
