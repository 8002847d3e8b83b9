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

# core folder of simd.h, board, linker file, options of the compiler
check() {
	core=$1 simd=$2 board=$3 script=$4 cpu=$5 opt=$6 answer=
	arm-none-eabi-gcc -std=gnu17 $cpu -mthumb $opt -ffreestanding \
		-fno-strict-aliasing -fno-tree-loop-distribute-patterns \
		-Ilib -I$src/$core -I$bare -I$simd -nostdlib \
		-L$bare -T $bare/$script -o "$out/$core$opt.elf" $src/board.c \
		$bare/start.c lib/kern/*pack*.c lib/kern/channels.c lib/kern/$core/*.c \
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
	check m4 lib/kern/m4/dsp mps2-an386 mps2.ld -mcpu=cortex-m4 $opt
	check m0 lib/kern/m0/thumb mps2-an385 mps2.ld -mcpu=cortex-m0 $opt
	check m55 lib/kern/m55/mve mps3-an547 mps3.ld \
		"-mcpu=cortex-m55 -mfloat-abi=hard" $opt
done
