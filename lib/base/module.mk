base_src := error.c arena.c buf.c file.c rng.c text.c json.c program.c fmath.c
base_test := test_text.c

base_src += pool.c
base_test += test_pool.c
