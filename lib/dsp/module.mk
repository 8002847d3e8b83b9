dsp_src := recipe.c fft.c mfcc.c quantise.c
dsp_test := test_fft.c
