#!/bin/sh
# The m4 kernels give the reference kernels' bytes on an emulated Cortex-M4,
# whatever the compiler's optimisation: there they are the real instructions,
# where the unit tests have their description in C.
B=${B:-build}
src=tests/golden/kern-cortex-m4
out=$B/$src
name="kern: m4 and reference kernels are the same bytes on a Cortex-M4"

for tool in arm-none-eabi-gcc qemu-system-arm; do
	command -v $tool >/dev/null || {
		echo "ok - $name # SKIP no $tool"
		exit 0
	}
done
mkdir -p "$out"
for opt in -O2 -Os; do
	arm-none-eabi-gcc -std=gnu17 -mcpu=cortex-m4 -mthumb $opt \
		-ffreestanding -fno-strict-aliasing \
		-fno-tree-loop-distribute-patterns \
		-Ilib -Ilib/kern/m4/dsp \
		-nostdlib -T $src/link.ld -o "$out/board$opt.elf" \
		$src/board.c lib/kern/pack.c lib/kern/m4/*.c lib/kern/ref/*.c \
		mcu/arch/cortex-m/mem.c -lgcc &&
	answer=$(timeout 60 qemu-system-arm -M mps2-an386 -display none \
		-monitor none -serial none \
		-semihosting-config enable=on,target=native \
		-kernel "$out/board$opt.elf" 2>&1 </dev/null)
	if [ "$answer" = "00000000 00000000 00000000 " ]; then
		echo "ok - $name ($opt)"
	else
		echo "not ok - $name ($opt): wrong $answer of 150 each (hexadecimal):" \
			"convolution, depthwise, fully connected"
	fi
done
