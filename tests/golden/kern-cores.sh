#!/bin/sh
# The kernels of each core give the reference kernels' bytes on that core,
# emulated, whatever the compiler's optimisation: there they are the real
# instructions, where the unit tests have their description in C.
B=${B:-build}
src=tests/golden/kern-cores
bare=tests/lib/bare
out=$B/$src
name="kern: kernels and reference kernels are the same bytes"
mkdir -p "$out"

# core folder of simd.h, board, start file, options of the compiler
check() {
	core=$1 simd=$2 board=$3 start=$4 cpu=$5 opt=$6 answer=
	script=$(echo $board | sed s/385/386/)	# the same memories
	arm-none-eabi-gcc -std=gnu17 $cpu -mthumb $opt -ffreestanding \
		-fno-strict-aliasing -fno-tree-loop-distribute-patterns \
		-Ilib -I$src/$core -I$bare -I$simd -nostdlib \
		-T $bare/$script.ld -o "$out/$core$opt.elf" $src/board.c \
		$bare/$start lib/kern/*pack*.c lib/kern/channels.c lib/kern/$core/*.c \
		lib/kern/ref/*.c mcu/arch/cortex-m/mem.c -lgcc &&
	answer=$(timeout 60 qemu-system-arm -M $board -display none \
		-monitor none -serial none \
		-semihosting-config enable=on,target=native \
		-kernel "$out/$core$opt.elf" 2>&1 </dev/null)
	if [ "$answer" = "00000000 00000000 00000000 00000000 00000000 " ]; then
		echo "ok - $name on an emulated $core ($opt)"
	else
		echo "not ok - $name on an emulated $core ($opt): wrong $answer of" \
			"150 each (hexadecimal): convolution, depthwise," \
			"fully connected, add, average pool"
	fi
}

for tool in arm-none-eabi-gcc qemu-system-arm; do
	command -v $tool >/dev/null || {
		echo "ok - $name # SKIP no $tool"
		exit 0
	}
done
for opt in -O2 -Os; do
	check m4 lib/kern/m4/dsp mps2-an386 start_mps2.c -mcpu=cortex-m4 $opt
	check m0 lib/kern/m0/thumb mps2-an385 start_mps2.c -mcpu=cortex-m0 $opt
	check m55 lib/kern/m55/mve mps3-an547 start_mps3.c \
		"-mcpu=cortex-m55 -mfloat-abi=hard" $opt
done
