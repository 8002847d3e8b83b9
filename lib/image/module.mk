image_src := mcuboot.c slots.c
image_test := test_mcuboot.c test_slots.c
