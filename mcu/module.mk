# The board's half.  Sources that run on every board, host process included,
# are compiled twice: under $(B)/mcu with the host's compiler (tests, the
# simulated board) and under $(B)/firmware with the board's.

MCU_UNITS := crypto

crypto_obj := sha256 sha512 fe25519 ed25519
crypto_obj := $(crypto_obj:%=$(B)/mcu/crypto/%.o)
crypto_test := test_sha.c test_ed25519.c
crypto_test_extra := $(crypto_obj)

$(B)/mcu/%.o: CPPFLAGS += -Imcu

soak: $(B)/tests/soak/ed25519
$(B)/tests/soak/ed25519: $(B)/tests/soak/ed25519.o $(crypto_obj) \
		$(B)/libtinyml.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/soak/%.o: CPPFLAGS += -Itests/lib -Imcu
