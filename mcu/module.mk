# The board's half.  Sources that run on every board, host process included,
# are compiled twice: under $(B)/mcu with the host's compiler (tests, the
# simulated board) and under $(B)/firmware/TYPE with the board's.

MCU_UNITS := crypto boot rt agent

mcu_crypto := sha256 sha512 fe25519 ed25519
mcu_crypto := $(mcu_crypto:%=mcu/crypto/%.c)
mcu_core := $(mcu_crypto) mcu/boot/boot.c mcu/rt/quantiser.c mcu/rt/rt.c \
	$(addprefix mcu/agent/,agent.c agent_image.c agent_model.c \
	agent_stream.c)
mcu_core_obj := $(mcu_core:%.c=$(B)/%.o) $(B)/mcu/rt/set_ref.o

crypto_test := test_sha.c test_ed25519.c
crypto_test_extra := $(mcu_crypto:%.c=$(B)/%.o)
boot_test := test_boot.c
boot_test_extra := $(mcu_core_obj)
rt_test := test_quantiser.c test_rt.c
rt_test_extra := $(mcu_core_obj)
agent_test := test_agent.c test_update.c
agent_test_extra := $(mcu_core_obj)

# mcu/arch: files of one name in several folders; the include path chooses.
$(B)/mcu/%.o: CPPFLAGS += -Imcu -Imcu/arch/generic

# ---- the board as a host process ----

SIMBOARD := $(B)/bin/tinyml-boardsim
mcu_sim := $(addprefix mcu/port/sim/,port.c flash.c link.c mic.c) \
	mcu/app/main.c

all cmds: $(SIMBOARD)
$(SIMBOARD): $(mcu_sim:%.c=$(B)/%.o) $(mcu_core_obj) $(B)/libtinyml.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

# ---- fuzz: all of the board but the signature check ----

fuzz_agent := $(addprefix $(B)/tests/fuzz/,fuzz_agent replay_agent)
$(fuzz_agent): $(filter-out $(B)/mcu/crypto/%25519.o,$(mcu_core_obj))
$(B)/tests/fuzz/fuzz_agent.o: CPPFLAGS += -Imcu

# ---- soak ----

soak: $(B)/tests/soak/ed25519
$(B)/tests/soak/ed25519: $(B)/tests/soak/ed25519.o $(crypto_test_extra) \
		$(B)/libtinyml.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/soak/%.o: CPPFLAGS += -Itests/lib -Imcu

-include $(mcu_core_obj:.o=.d) $(mcu_sim:%.c=$(B)/%.d)

# ---- firmware ----

# ARM_CC is asked for only when there is one: a host without it builds the
# rest and says so.
ARM := arm-none-eabi-
ARM_CC := $(shell command -v $(ARM)gcc)
ARM_WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wvla $(if $(DEVELOPER),-Werror)
ARM_FLAGS := -std=gnu17 -ffreestanding -ffunction-sections -fdata-sections \
	-fno-strict-aliasing -fno-tree-loop-distribute-patterns -g \
	-ffile-prefix-map=$(CURDIR)=. -Ilib -Imcu

# What of lib/ a board has: the freestanding folders without float kernels.
arm_lib := $(kern_ref:%=lib/kern/%) $(run_board:%=lib/run/%) \
	$(foreach m,bits cbor dsp image wire,$($(m)_src:%=lib/$m/%))

# Kernels and features for speed, the rest for size.
arm_opt = $(if $(filter lib/kern/% lib/dsp/% mcu/crypto/fe25519.c \
	mcu/crypto/sha256.c,$<),-O2,-Os)

# One board: BOARD_cpu options of the compiler, BOARD_arch include path (files
# of one name lie in several folders), BOARD_src, BOARD_ld.
mps_src := $(arm_lib) $(mcu_core) mcu/app/main.c \
	$(addprefix mcu/port/mps/,port.c uart.c flash.c) \
	$(addprefix mcu/arch/cortex-m/,start.c mem.c)

mps2-an386_cpu := -mcpu=cortex-m4 -mthumb -mfloat-abi=soft
mps2-an386_arch := -Imcu/arch/cortex-m4 -Imcu/arch/cortex-m -Imcu/port/mps2 \
	-Ilib/kern/m4/dsp
mps2-an386_src := $(mps_src) mcu/rt/set_m4.c $(kern_m4:%=lib/kern/%) \
	$(run_m4:%=lib/run/%) $(addprefix mcu/arch/cortex-m/,vectors.c mpu.c)
mps2-an386_ld := mcu/port/mps2/link.ld

mps3-an547_cpu := -mcpu=cortex-m55 -mthumb -mfloat-abi=hard
mps3-an547_arch := -Imcu/arch/cortex-m4 -Imcu/arch/cortex-m -Imcu/port/mps3 \
	-Ilib/kern/m55/mve
mps3-an547_src := $(mps_src) mcu/rt/set_m55.c $(kern_m55:%=lib/kern/%) \
	$(run_m55:%=lib/run/%) $(addprefix mcu/arch/cortex-m55/,vectors.c mpu.c)
mps3-an547_ld := mcu/port/mps3/link.ld

# Cortex-M0 code on the Cortex-M3 of the same board.
mps2-an385_cpu := -mcpu=cortex-m0 -mthumb
mps2-an385_arch := -Imcu/arch/generic -Imcu/arch/cortex-m \
	-Imcu/port/mps2-an385 -Imcu/port/mps2 -Ilib/kern/m0/thumb
mps2-an385_src := $(mps_src) mcu/rt/set_m0.c $(kern_m0:%=lib/kern/%) \
	$(run_m0:%=lib/run/%) $(addprefix mcu/arch/cortex-m/,vectors.c mpu.c)
mps2-an385_ld := mcu/port/mps2/link.ld

ARM_BOARDS := mps2-an386 mps2-an385 mps3-an547

define board_rules
$(1)_obj := $$($(1)_src:%.c=$(B)/firmware/$(1)/%.o)

$(B)/firmware/$(1)/%.o: %.c
	$$(call say,ARMCC,$$<)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(ARM)gcc $$($(1)_cpu) $(ARM_FLAGS) $(ARM_WARN) $$(arm_opt) \
		-fstack-usage $$($(1)_arch) -Imcu/port/mps -MMD -MP -c -o $$@ $$<

$(B)/firmware/$(1).elf: $$($(1)_obj) $$($(1)_ld)
	$$(call say,ARMLD,$$@)
	$$(Q)$(ARM)gcc $$($(1)_cpu) -nostdlib -nostartfiles \
		-Wl,--gc-sections -Wl,-Map=$$(@:.elf=.map) -T $$($(1)_ld) \
		-o $$@ $$($(1)_obj) -lgcc

-include $$($(1)_obj:.o=.d)
endef
$(foreach b,$(ARM_BOARDS),$(eval $(call board_rules,$(b))))

ifneq ($(ARM_CC),)
FIRMWARE := $(ARM_BOARDS:%=$(B)/firmware/%.elf)
endif
all firmware: $(FIRMWARE)

# ---- helpers of tests/sim ----

sim_helpers := $(addprefix $(B)/tests/,board_life board_cuts udp_loss)
unit: $(sim_helpers)
$(sim_helpers): $(B)/tests/%: $(B)/tests/sim/%.o $(B)/libtinyml.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tests/sim/%.o: CPPFLAGS += -Itests/lib

# ---- helpers of tests/life ----

life_helpers := $(B)/tests/board_push $(B)/tests/forge $(B)/tests/lossy
unit: $(life_helpers)
$(life_helpers): $(B)/tests/%: $(B)/tests/life/%.o $(B)/libtinyml.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(patsubst $(B)/tests/%,$(B)/tests/sim/%.d,$(sim_helpers)) \
	$(patsubst $(B)/tests/%,$(B)/tests/life/%.d,$(life_helpers))

# ---- what tests/budget measures on the emulated core ----

mps2_bench_obj := $(patsubst %.c,$(B)/firmware/mps2-an386/%.o,\
	tests/budget/board_bench.c $(mcu_crypto) \
	$(addprefix mcu/arch/cortex-m/,start.c vectors.c mem.c))
$(B)/tests/board_bench.elf: $(mps2_bench_obj) mcu/port/mps2/link.ld
	$(call say,ARMLD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(ARM)gcc $(mps2-an386_cpu) -nostdlib -nostartfiles -Wl,--gc-sections \
		-T mcu/port/mps2/link.ld -o $@ $(mps2_bench_obj) -lgcc
ifneq ($(ARM_CC),)
unit: $(B)/tests/board_bench.elf
endif
