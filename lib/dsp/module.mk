dsp_src := recipe.c fft.c mfcc.c mfcc_open.c raw.c micro.c sound.c sound_open.c \
	real.c motion.c spectral.c flatten.c wavelet.c image.c 	quantise.c
dsp_test := oracle.c test_recipe.c test_fft.c test_mfcc.c test_quantise.c test_real.c
