image_src := mcuboot.c slots.c model_image.c model_image_check.c \
	model_image_write.c
image_test := test_mcuboot.c test_slots.c test_model_image.c
