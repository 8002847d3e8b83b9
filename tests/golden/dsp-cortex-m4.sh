#!/bin/sh
# Features computed by a Cortex-M4 (in QEMU) are the host's to the last bit,
# whatever the compiler's optimisation; and what a second of sound costs.
B=${B:-build}
src=tests/golden/dsp-cortex-m4
bare=tests/lib/bare
out=$B/$src
name="dsp: host and Cortex-M4 features are the same bytes"

for tool in arm-none-eabi-gcc qemu-system-arm; do
	command -v $tool >/dev/null || {
		echo "ok - $name # SKIP no $tool"
		exit 0
	}
done
mkdir -p "$out"
${CC:-gcc} -std=gnu17 -O2 -ffp-contract=off -D_GNU_SOURCE -Ilib -I$src \
	$SAN -o "$out/host" $src/host.c "$B/libtinyml.a" -lm -lpthread &&
want=$("$out/host" "$out/block.h") || {
	echo "not ok - $name: no host result"
	exit 1
}
while read -r opt most; do
	arm-none-eabi-gcc -std=gnu17 -mcpu=cortex-m4 -mthumb $opt \
		-ffreestanding -fno-strict-aliasing -Ilib -I$src -I"$out" -I$bare \
		-nostartfiles -L$bare -T $bare/mps2.ld \
		-o "$out/board$opt.elf" $src/board.c $bare/start.c lib/dsp/*.c lib/bits/crc.c lib/bits/cursor.c &&
	answer=$(timeout 60 qemu-system-arm -M mps2-an386 -display none \
		-monitor none -serial none -icount shift=0 \
		-semihosting-config enable=on,target=native \
		-kernel "$out/board$opt.elf" 2>&1 </dev/null)
	got=${answer%% *} ticks=${answer#* }
	if [ -n "$want" ] && [ "$got" = "$want" ]; then
		echo "ok - $name ($opt)"
	else
		echo "not ok - $name ($opt): host $want, board $answer"
		continue
	fi
	instructions=$((0x$ticks * 40))
	if [ $instructions -gt 0 ] && [ $instructions -lt "$most" ]; then
		echo "ok - dsp: a second of sound takes less than $most" \
			"instructions ($opt)"
	else
		echo "not ok - dsp: $instructions instructions ($opt)"
	fi
	echo "# $opt: $instructions instructions for 49 windows"
done <<EOT
-Os 3700000
-O2 3100000
EOT
