# tinyml - one Makefile.  `make demo` and `make test` are the two commands.
#
#   make              everything: commands, library, board firmware
#   make V=1          show the commands;  DEVELOPER=1  warnings are errors
#   make deps         install what is missing (Debian), or say what it is
#   make install      PREFIX=/usr/local, DESTDIR=
#
# Each folder of lib/ and mcu/ says in its module.mk which files belong to it:
#   NAME_src    sources         NAME_test   files of tests/unit/NAME/
# and cmd/VERB/ holds one binary.  Objects mirror the tree under build/.

VERSION := 1.0.0
PREFIX ?= /usr/local
LIBEXEC := $(PREFIX)/libexec/tinyml
DATADIR := $(PREFIX)/share/tinyml
B := build

CC := gcc
CLANG := clang
AR := ar
OPT := -O2 -g
ARCH := $(shell uname -m)

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wundef -Wvla -Wwrite-strings
ifdef DEVELOPER
WARN += -Werror -Wconversion -Wno-sign-conversion -Wcast-qual -Wformat=2
endif

# Floating point is specified, not compiled: no contraction, no shortcuts.
BASEFLAGS := -std=gnu17 -ffp-contract=off -fno-strict-aliasing \
	-ffile-prefix-map=$(CURDIR)=. \
	-ffunction-sections -fdata-sections
CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ilib \
	-DTINYML_VERSION='"$(VERSION)"' -DTINYML_LIBEXEC='"$(LIBEXEC)"' \
	-DTINYML_DATADIR='"$(DATADIR)"'
CFLAGS := $(BASEFLAGS) $(OPT) $(WARN) $(SAN)
LDFLAGS := -Wl,--gc-sections $(SAN)

PACKAGES := yaml-0.1 libarchive libsodium libusb-1.0 libserialport samplerate \
	zlib libpng libjpeg
LIBS = -Wl,--as-needed $(shell pkg-config --libs $(PACKAGES)) -lm -lpthread
# The shared libarchive brings fifteen libraries for formats that we do not
# read, ICU among them: a millisecond more at every start of a command.
ARCHIVE := $(or $(wildcard \
	$(shell pkg-config --variable=libdir libarchive)/libarchive.a),-larchive)
CMD_LIBS = $(patsubst -larchive,$(ARCHIVE),$(LIBS))

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

.PHONY: all deps demo test install uninstall clean check-layers san fuzz \
	fuzzers bench bench-train soak mutants lib cmds firmware unit
all: cmds firmware

# ---- what there is to build -------------------------------------------------

MODULES := $(shell awk '!/^\#/ && NF {print $$1}' lib/LAYERS)
-include $(MODULES:%=lib/%/module.mk)
-include mcu/module.mk
-include tests/board/module.mk
VERBS := $(notdir $(patsubst %/,%,$(wildcard cmd/*/)))

LIB_SRC := $(foreach m,$(MODULES),$($(m)_src:%=lib/$(m)/%))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)
LIB := $(B)/libtinyml.a
BINS := $(patsubst %,$(B)/bin/tinyml-%,$(filter-out tinyml,$(VERBS))) \
	$(B)/bin/tinyml

# init copies the reference file; a build tree keeps it beside the binaries.
REFERENCE := $(B)/tinyml.yaml.example

lib: $(LIB)
cmds: $(BINS) $(REFERENCE)

$(REFERENCE): tinyml.yaml.example
	$(Q)mkdir -p $(@D) && cp $< $@

# ---- deps -------------------------------------------------------------------

DEBS := gcc libc6-dev make pkg-config libyaml-dev libarchive-dev \
	libsodium-dev libusb-1.0-0-dev libserialport-dev libsamplerate0-dev \
	zlib1g-dev libpng-dev libjpeg62-turbo-dev libcriterion-dev \
	gcc-arm-none-eabi libnewlib-arm-none-eabi \
	qemu-system-arm espeak-ng sox minisign mandoc umockdev

# Only `make fuzz` needs these.
FUZZDEBS := clang llvm libclang-rt-dev

deps:
	$(Q)sh tests/lib/deps $(DEBS)

# ---- the library and the commands --------------------------------------------

# A file that needs its own flags says so in its module.mk:
#   $(B)/lib/x/y.o: FILEFLAGS := -mavx2
$(B)/%.o: %.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(FILEFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

define verb_rules
$(1)_cmd_obj := $$(patsubst %.c,$(B)/%.o,$$(sort $$(wildcard cmd/$(1)/*.c)))
$(B)/bin/tinyml$(if $(filter tinyml,$(1)),,-$(1)): $$($(1)_cmd_obj) $(LIB)
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(CMD_LIBS)
CMD_OBJ += $$($(1)_cmd_obj)
endef
$(foreach v,$(VERBS),$(eval $(call verb_rules,$(v))))

# ---- tests ------------------------------------------------------------------

# Criterion finds its tests in sections that no symbol refers to: no gc there.
comma := ,

define unit_rules
$(1)_test_obj := $$($(1)_test:%.c=$(B)/tests/unit/$(1)/%.o)
ifneq ($$($(1)_test),)
UNITS += $(B)/tests/unit/$(1)/run
$(B)/tests/unit/$(1)/run: $$($(1)_test_obj) $$($(1)_test_extra) $(LIB)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(filter-out -Wl$$(comma)--gc-sections,$$(LDFLAGS)) -o $$@ \
		$$^ $$(LIBS) -lcriterion
TEST_OBJ += $$($(1)_test_obj)
$$($(1)_test_obj): CPPFLAGS += -Itests/lib -Imcu -DTESTDATA='"testdata"'
endif
endef
$(foreach m,$(MODULES) $(MCU_UNITS),$(eval $(call unit_rules,$(m))))

# Each fuzz entry also replays files without a fuzzer (tests/cli/95-fuzz-replay).
READERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
SEEDERS := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,\
	$(wildcard tests/fuzz/seeds_*.c))
FUZZERS := $(READERS:%=$(B)/tests/fuzz/fuzz_%)
REPLAYS := $(READERS:%=$(B)/tests/fuzz/replay_%)

$(B)/tests/fuzz/%.o: CPPFLAGS += -Itests/lib
$(SEEDERS): $(B)/tests/fuzz/seeds_%: $(B)/tests/fuzz/seeds_%.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(REPLAYS): $(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o \
		$(B)/tests/fuzz/replay.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)
$(FUZZERS): $(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) \
		$(filter %.a,$^) $(LIBS)
TEST_OBJ += $(patsubst %.c,$(B)/%.o,$(wildcard tests/fuzz/*.c))

# Programs that shell tests play against.
HELPERS := $(B)/tests/bad_board
$(HELPERS): $(B)/tests/%: $(B)/tests/lib/%.o
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lm
TEST_OBJ += $(HELPERS:$(B)/tests/%=$(B)/tests/lib/%.o)

unit: $(UNITS) $(SEEDERS) $(REPLAYS) $(HELPERS)
fuzzers: $(SEEDERS) $(FUZZERS)

# `make test` on a bare machine installs first; T=NAME runs matching parts.
test: deps
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) all unit
	$(Q)B=$(B) sh tests/run $(T)

demo: deps
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) all
	$(Q)B=$(B) DATA='$(DATA)' sh tests/demo/demo

check-layers:
	$(Q)sh tests/lint/layers

# The whole test run again under the address and undefined-behaviour
# sanitizers, in a build folder of its own.
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
san:
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) B=build/san OPT='-O1 -g' \
		SAN='$(SANFLAGS)' all unit
	$(Q)B=build/san SAN='$(SANFLAGS)' sh tests/run $(T)

# A build folder of its own: clang, sanitizers, and counters for coverage.
FUZZFLAGS := -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all -fprofile-instr-generate -fcoverage-mapping
fuzz: deps
	$(Q)sh tests/lib/deps $(FUZZDEBS)
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) B=build/fuzz CC=$(CLANG) \
		OPT='-O1 -g' SAN='$(FUZZFLAGS)' fuzzers
	$(Q)B=build/fuzz sh tests/fuzz/run $(T)

# What training costs, beside PyTorch where it is installed.
bench-train: lib
	$(Q)B=$(B) sh tests/bench/50-train.sh

bench soak mutants: all
	$(Q)B=$(B) sh tests/$@/run $(T)

# ---- install ----------------------------------------------------------------

MANPAGES := $(wildcard man/man*/*.[157])

install: all
	$(Q)install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBEXEC) \
		$(DESTDIR)$(DATADIR)/firmware
	$(Q)install $(B)/bin/tinyml $(DESTDIR)$(PREFIX)/bin
	$(Q)install $(filter-out $(B)/bin/tinyml,$(BINS)) $(DESTDIR)$(LIBEXEC)
	$(Q)install -m 644 tinyml.yaml.example $(DESTDIR)$(DATADIR)
	$(Q)$(if $(FIRMWARE),install -m 644 $(FIRMWARE) \
		$(DESTDIR)$(DATADIR)/firmware)
	$(Q)$(if $(SIMBOARD),install $(SIMBOARD) $(DESTDIR)$(LIBEXEC))
	$(Q)for page in $(MANPAGES); do \
		dir=$(DESTDIR)$(PREFIX)/share/$$(dirname $$page); \
		install -d $$dir && install -m 644 $$page $$dir; done

uninstall:
	$(Q)rm -f $(DESTDIR)$(PREFIX)/bin/tinyml
	$(Q)rm -rf $(DESTDIR)$(LIBEXEC) $(DESTDIR)$(DATADIR)
	$(Q)for page in $(MANPAGES); do \
		rm -f $(DESTDIR)$(PREFIX)/share/$$page; done

clean:
	$(Q)rm -rf $(B)

-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(TEST_OBJ:.o=.d)
