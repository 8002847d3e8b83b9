# m4_program.sh - programs for a bare Cortex-M4 around emitted C, and what
# they cost.  B is the build folder; the current one is the repository.
#
#   m4_program_open FOLDER   compile what all programs share into FOLDER; says
#                            why not and fails when tools are missing
#   m4_program MODEL.tflite [BYTES]   link the model's program FOLDER/net.elf
#                            and run it, in stripes where its arena would be
#                            more than BYTES; sets the figures below, or says
#                            what is wrong
#
#   $image    bytes of the program in flash: text, rodata and data
#   $needed   bytes of the model's weights and biases, as they are in the file
#   $kept     bytes of constants in the program: weights, biases and tables
#   $code     $image less weights and biases, those of dead channels apart:
#             everything else, requantisation tables too
#   $ram      bytes of .data and .bss, the arena among them
#   $arena    bytes of the arena
#   $stack    bytes of stack in use at most, from the first frame on
#   $instructions  of one inference, in QEMU's count
#   $macs

m4_flags="-std=gnu17 -mcpu=cortex-m4 -mthumb -ffreestanding
	-ffunction-sections -fdata-sections -fno-strict-aliasing
	-fno-tree-loop-distribute-patterns -Ilib -Ilib/kern/m4/dsp
	-Itests/lib/bare"
m4_src=tests/lib/m4-program

# The M4's own kernels are compiled for speed, all the rest for size.
m4_program_open() {
	m4_out=$1
	for m4_tool in arm-none-eabi-gcc qemu-system-arm; do
		command -v $m4_tool >/dev/null || {
			echo "no $m4_tool"
			return 1
		}
	done
	rm -rf "$m4_out"
	mkdir -p "$m4_out"
	${CC:-gcc} -std=gnu17 -O2 -ffp-contract=off -D_GNU_SOURCE -Ilib -Itests/lib $SAN \
		-o "$m4_out/emit" $m4_src/emit.c "$B/libtinyml.a" -lm \
		-lpthread || return 1
	for m4_file in lib/kern/m4/*_s8.c; do
		m4_compile -O2 "$m4_file" || return 1
	done
	for m4_file in lib/kern/ref/*.c lib/bits/crc.c \
		mcu/arch/cortex-m/mem.c; do
		m4_compile -Os "$m4_file" || return 1
	done
}

m4_compile() {	# optimisation, source
	arm-none-eabi-gcc $m4_flags $1 -c \
		-o "$m4_out/$(echo "$2" | tr / _).o" "$2"
}

m4_link() {	# output, flags of main.c
	m4_elf=$1
	shift
	arm-none-eabi-gcc $m4_flags -Os -nostdlib -Wl,--gc-sections \
		-T $m4_src/link.ld -o "$m4_elf" "$@" $m4_src/main.c \
		"$m4_out/net.c" "$m4_out"/*.o -lgcc
}

m4_size() {	# column of `size` (1 text, 2 data, 3 bss)
	arm-none-eabi-size "$m4_out/net.elf" |
		awk -v c="$1" 'NR > 1 { print $c }'
}

# The bytes of the tables of constants that the program kept.
m4_constants() {
	arm-none-eabi-nm -S "$m4_out/net.elf" | awk '
		$4 ~ /^op[0-9]+_/ { print $2 }' | {
		m4_sum=0
		while read -r m4_bytes; do
			m4_sum=$((m4_sum + 0x$m4_bytes))
		done
		echo $m4_sum
	}
}

m4_run() {
	timeout 120 qemu-system-arm -M mps2-an386 -display none \
		-monitor none -serial none -icount shift=0 \
		-semihosting-config enable=on,target=native \
		-kernel "$1" 2>&1 </dev/null
}

m4_program() {
	m4_line=$("$m4_out/emit" "$1" "$m4_out/net.c" $2) || return 1
	set -- $m4_line
	want=$1 arena=$2 needed=$5 alive=$6 macs=$7
	m4_link "$m4_out/net.elf" || return 1
	m4_link "$m4_out/check.elf" -DCHECK -DIN="$3" -DOUT="$4" || return 1
	image=$(($(m4_size 1) + $(m4_size 2)))
	ram=$(($(m4_size 2) + $(m4_size 3)))
	code=$((image - alive)) kept=$(m4_constants)
	set -- $(m4_run "$m4_out/check.elf")
	[ "$1" = "$want" ] || {
		echo "WRONG ANSWER: $1, wanted $want"
		return 1
	}
	instructions=$((0x$2 * 40)) stack=$((0x$3))
}
