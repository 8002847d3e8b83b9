features_src := make.c make_kws.c make_raw.c make_sound.c make_micro.c make_sensor.c make_wavelet.c \
	make_image.c design.c \
	sound.c sound_bank.c sound_exact.c fourier.c exact.c preset.c compute.c items.c yaml.c
features_test := test_make.c test_preset.c test_make_raw.c vectors.c \
	test_vectors.c test_micro.c test_sensor.c test_image.c test_distance.c test_compute.c test_yaml.c
