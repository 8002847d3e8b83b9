flash_src := ask.c deliver.c golden.c to.c examine.c
flash_test :=
