# The board's half.  Sources that run on every board, host process included,
# are compiled twice: under $(B)/mcu with the host's compiler (tests, the
# simulated board) and under $(B)/firmware/TYPE with the board's.

MCU_UNITS := crypto boot rt agent

mcu_crypto := sha256 sha512 fe25519 ed25519
mcu_crypto := $(mcu_crypto:%=mcu/crypto/%.c)
mcu_core := $(mcu_crypto) mcu/boot/boot.c mcu/rt/quantiser.c mcu/rt/rt.c \
	$(addprefix mcu/agent/,agent.c agent_image.c agent_model.c \
	agent_stream.c)
mcu_core_obj := $(mcu_core:%.c=$(B)/%.o)

crypto_test := test_sha.c test_ed25519.c
crypto_test_extra := $(mcu_crypto:%.c=$(B)/%.o)
boot_test := test_boot.c
boot_test_extra := $(mcu_core_obj)
rt_test := test_quantiser.c
rt_test_extra := $(mcu_core_obj)
agent_test := test_agent.c test_update.c
agent_test_extra := $(mcu_core_obj)

$(B)/mcu/%.o: CPPFLAGS += -Imcu

# ---- the board as a host process ---------------------------------------------

SIMBOARD := $(B)/bin/tinyml-boardsim
mcu_sim := $(addprefix mcu/port/sim/,port.c flash.c link.c mic.c) \
	mcu/app/main.c

all: $(SIMBOARD)
$(SIMBOARD): $(mcu_sim:%.c=$(B)/%.o) $(mcu_core_obj) $(B)/libtinyml.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

# ---- soak --------------------------------------------------------------------

soak: $(B)/tests/soak/ed25519
$(B)/tests/soak/ed25519: $(B)/tests/soak/ed25519.o $(crypto_test_extra) \
		$(B)/libtinyml.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/soak/%.o: CPPFLAGS += -Itests/lib -Imcu

-include $(mcu_core_obj:.o=.d) $(mcu_sim:%.c=$(B)/%.d)
