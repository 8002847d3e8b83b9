image_src := mcuboot.c slots.c
