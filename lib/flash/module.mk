flash_src := ask.c deliver.c golden.c to.c examine.c inspect.c \
	identify.c profile.c profile_print.c
flash_test := test_ask.c test_deliver.c test_examine.c test_inspect.c
# the board's half, to talk to
flash_test_extra = $(mcu_core_obj)
