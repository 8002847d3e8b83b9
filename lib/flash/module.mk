flash_src := ask.c deliver.c golden.c to.c
flash_test :=
