#!/bin/sh
# Instructions of one inference on an emulated Cortex-M4 (QEMU mps2-an386,
# -icount shift=0), reference and m4 kernels, beside those recorded for
# TensorFlow Lite Micro with CMSIS-NN on the same machine: tflite-micro
# 90b983c2, CMSIS-NN 4ab83cc3, -O2, GCC 12.2.1.  Instructions, not cycles.
#
# With OPS=1 every operation too.  MODELS is the folder of reference models.
B=${B:-build}
here=tests/bench/m4-instructions
out=$B/tests/bench/m4-instructions
models=${MODELS:-../shared/models}
ops=$OPS

for tool in arm-none-eabi-gcc qemu-system-arm; do
	command -v $tool >/dev/null || { echo "no $tool: skipped"; exit 0; }
done
[ -e "$models/kws_ref_model.tflite" ] || {
	echo "no reference models in $models: skipped"
	exit 0
}
mkdir -p "$out"
${CC:-gcc} -std=gnu17 -O2 -ffp-contract=off -D_GNU_SOURCE -Ilib $SAN \
	-o "$out/image" $here/image.c "$B/libtinyml.a" -lm -lpthread || exit 1

# Objects once; the image is the only part that changes.
sources="lib/bits/*.c lib/image/model_image*.c lib/kern/ops.c lib/kern/overlap.c
	lib/kern/ref/*.c lib/kern/m4/*_s8.c lib/run/run.c lib/run/op.c
	lib/run/op_overlap.c lib/run/set_ref.c lib/run/set_m4.c
	lib/run/op_*_s8.c lib/run/op_*_m4.c lib/run/op_reshape.c
	lib/run/op_move.c mcu/arch/cortex-m/mem.c"
flags="-std=gnu17 -mcpu=cortex-m4 -mthumb -O2 -ffreestanding
	-ffunction-sections -fno-strict-aliasing
	-fno-tree-loop-distribute-patterns -Ilib -Ilib/kern/m4/dsp"
rm -f "$out"/*.o
for file in $sources; do
	arm-none-eabi-gcc $flags -c -o "$out/$(echo "$file" | tr / _).o" \
		"$file" || exit 1
done

# Sets crc, total and each (per operation, in instructions) for model, set.
measure() {
	want=$("$out/image" "$models/$1.tflite" "$2" "$out/image.bin") ||
		return 1
	arm-none-eabi-gcc $flags -DIMAGE="\"$out/image.bin\"" -DSET=run_$2 -nostdlib \
		-Wl,--gc-sections -T $here/link.ld -o "$out/board.elf" \
		$here/board.c "$out"/*.o -lgcc || return 1
	answer=$(timeout 120 qemu-system-arm -M mps2-an386 -display none \
		-monitor none -serial none -icount shift=0 \
		-semihosting-config enable=on,target=native \
		-kernel "$out/board.elf" 2>&1 </dev/null)
	set -- $answer
	[ "$1" = "${want%% *}" ] || {
		echo "WRONG ANSWER: $answer, wanted $want"
		return 1
	}
	total=$((0x$2 * 40))
	shift 2
	each=
	for ticks; do each="$each $((0x$ticks * 40))"; done
	macs=${want##* }
}

bad=0
printf '%-24s %10s %11s %11s %6s %11s %6s\n' model MACs ref m4 /MAC \
	TFLM+NN ratio
while read -r model peer; do
	measure $model ref && ref=$total && measure $model m4 || {
		bad=1
		continue
	}
	awk -v n="$model" -v macs="$macs" -v ref="$ref" -v m4="$total" \
		-v peer="$peer" 'BEGIN { printf \
		"%-24s %10d %11d %11d %6.2f %11d %5.2fx\n", n, macs, ref, m4,
		m4 / macs, peer, peer / m4 }'
	[ -z "$ops" ] || echo "  by operation:$each"
done <<EOT
kws_ref_model 7699120
vww_96_int8 24104680
pretrainedResnet_quant 29866360
ad01_int8 583840
hello_world_int8 3800
EOT
exit $bad
