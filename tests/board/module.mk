# Bare programs for emulated boards: what tests/board/vectors.sh and the
# benchmarks link.  Per core, in $(B)/tests/board/CORE:
#
#   libboard.a   the runtime and its kernels, start-up, semihosting, vectors.c
#   image.o      the main part for model images
#
# and $(B)/tests/emit, which makes images and C on the host.

BOARD_DIR := $(B)/tests/board
board_lib := $(arm_lib) mcu/arch/cortex-m/mem.c \
	tests/lib/bare/start.c $(addprefix tests/board/,host.c vectors.c)

# board_core NAME, kernel set, compiler's options, further sources
define board_core
board_$(1)_src := $(board_lib) $(4)
board_$(1)_obj := $$(board_$(1)_src:%.c=$(BOARD_DIR)/$(1)/%.o)
BOARD_OBJ += $$(board_$(1)_obj) $(BOARD_DIR)/$(1)/tests/board/image.o
BOARD_CORES += $(BOARD_DIR)/$(1)/libboard.a $(BOARD_DIR)/$(1)/image.o

$(BOARD_DIR)/$(1)/%.o: %.c
	$$(call say,ARMCC,$$<)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(ARM)gcc $(3) $(ARM_FLAGS) $(ARM_WARN) $$(board_opt) \
		-DSET=run_$(2) -Itests/board -Itests/lib/bare -MMD -MP -c -o $$@ $$<

$(BOARD_DIR)/$(1)/libboard.a: $$(board_$(1)_obj)
	$$(Q)rm -f $$@ && $(ARM)ar rcs $$@ $$^

$(BOARD_DIR)/$(1)/image.o: $(BOARD_DIR)/$(1)/tests/board/image.o
	$$(Q)cp $$< $$@
endef

# As the firmware: kernels for speed, the rest for size.
board_opt = $(if $(filter lib/kern/%,$<),-O2,-Os)

$(eval $(call board_core,m4,m4,-mcpu=cortex-m4 -mthumb -mfloat-abi=soft \
	-Ilib/kern/m4/dsp,lib/run/set_m4.c \
	$(kern_m4:%=lib/kern/%) $(run_m4:%=lib/run/%)))
$(eval $(call board_core,m0,m0,-mcpu=cortex-m0 -mthumb \
	-Ilib/kern/m0/thumb,lib/run/set_m0.c \
	$(kern_m0:%=lib/kern/%) $(run_m0:%=lib/run/%)))

$(eval $(call board_core,m55,m55,-mcpu=cortex-m55 -mthumb -mfloat-abi=hard \
	-Ilib/kern/m55/mve,lib/run/set_m55.c \
	$(kern_m55:%=lib/kern/%) $(run_m55:%=lib/run/%)))

ifneq ($(ARM_CC),)
unit: $(BOARD_CORES)
endif

$(B)/tests/emit: $(B)/tests/board/emit.o $(B)/libtinyml.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
unit: $(B)/tests/emit

-include $(BOARD_OBJ:.o=.d) $(B)/tests/board/emit.d
