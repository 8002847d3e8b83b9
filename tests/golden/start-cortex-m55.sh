#!/bin/sh
# A bare program runs on the emulated Cortex-M55 with its vector registers, and
# a SysTick tick is 31.25 instructions: what tests/bench counts with.
B=${B:-build}
src=tests/golden/start-cortex-m55
bare=tests/lib/bare
out=$B/$src
name="bare: 31.25 instructions a tick on an emulated Cortex-M55"

for tool in arm-none-eabi-gcc qemu-system-arm; do
	command -v $tool >/dev/null || {
		echo "ok - $name # SKIP no $tool"
		exit 0
	}
done
mkdir -p "$out"
arm-none-eabi-gcc -std=gnu17 -mcpu=cortex-m55 -mthumb -mfloat-abi=hard -O2 \
	-ffreestanding -I$bare -nostdlib -L$bare -T $bare/mps3.ld \
	-o "$out/board.elf" $src/board.c $bare/start.c -lgcc &&
answer=$(timeout 60 qemu-system-arm -M mps3-an547 -display none -monitor none \
	-serial none -icount shift=0 \
	-semihosting-config enable=on,target=native \
	-kernel "$out/board.elf" 2>&1 </dev/null)
set -- $answer
# 2 x 1048576 / 31.25 = 67108.9
if [ "$1" = 00000078 ] && [ $((0x$2)) -ge 67108 ] && [ $((0x$2)) -le 67111 ] &&
	[ $((0x$3)) -ge 67108 ] && [ $((0x$3)) -le 67111 ]; then
	echo "ok - $name"
else
	echo "not ok - $name: $answer"
fi
