base_src := error.c arena.c buf.c file.c rng.c text.c json.c program.c fmath.c
base_test := test_text.c test_fmath.c test_rng.c test_buf.c test_error.c \
	test_file.c test_json.c

base_src += pool.c
base_test += test_pool.c

# fmath.c under three sets of flags, for the test that its bits do not move.
FMATH_VARIANTS := plain usual native
FMATH_plain := -O0
FMATH_usual := -O2
FMATH_native := -O3 -march=native
base_test_extra := $(FMATH_VARIANTS:%=$(B)/tests/unit/base/fmath_%.o)
$(base_test_extra): $(B)/tests/unit/base/fmath_%.o: \
		tests/unit/base/fmath_variant.c lib/base/fmath.c
	$(call say,CC,"fmath.c $(FMATH_$*)")
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(FMATH_$*) -DVARIANT=$* -c -o $@ $<
