# instructions - count those of one inference on an emulated core, with the
# reference kernels and with the core's own, beside those recorded for
# TensorFlow Lite Micro with CMSIS-NN on the same machine.  To be sourced; what
# it needs stands in variables:
#
#   core   m4, m55, m0 simd   folder of the core's simd.h
#   board  of QEMU     link   its linker file in tests/lib/bare
#   cpu    options of the compiler
#   ticks  hundredths of an instruction a SysTick tick
#   B      build folder
#   MODELS folder of reference models, OPS=1 prints every operation too
#
# and a list of models, each with the instructions recorded or - on standard
# input.  The ratio is to those, or to the reference kernels.
B=${B:-build}
here=tests/bench/instructions
bare=tests/lib/bare
out=$B/tests/bench/instructions-$core
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
${CC:-gcc} -std=gnu17 -O2 -ffp-contract=off -D_GNU_SOURCE -Ilib -Itests/lib $SAN \
	-o "$out/image" $here/image.c "$B/libtinyml.a" -lm -lpthread || exit 1

# Objects once; the image is the only part that changes.
sources="lib/bits/*.c lib/image/model_image*.c lib/kern/ops.c lib/kern/overlap.c
	lib/kern/channels.c
	lib/kern/ref/*.c lib/kern/$core/*.c lib/run/run.c lib/run/op.c
	lib/run/set_ref.c lib/run/set_$core.c lib/run/op_*.c
	mcu/arch/cortex-m/mem.c $bare/start.c"
flags="-std=gnu17 $cpu -mthumb -O2 -ffreestanding
	-ffunction-sections -fno-strict-aliasing
	-fno-tree-loop-distribute-patterns -Ilib -I$simd -I$bare"
rm -f "$out"/*.o
for file in $sources; do
	case $file in
	*/op_$core.c) ;;
	*/pack.c | */op_m[0-9]*.c | */op_*f32.c | */op_x86.c | */op_cast.c)
		continue ;;
	esac
	arm-none-eabi-gcc $flags -c -o "$out/$(echo "$file" | tr / _).o" \
		"$file" || exit 1
done

# Sets crc, total and each (per operation, in instructions) for model, set.
measure() {
	want=$("$out/image" "$models/$1.tflite" "$2" "$out/image.bin") ||
		return 1
	arm-none-eabi-gcc $flags -DIMAGE="\"$out/image.bin\"" -DSET=run_$2 -nostdlib \
		-Wl,--gc-sections -L$bare -T $bare/$link -o "$out/board.elf" \
		$here/board.c "$out"/*.o -lgcc || return 1
	answer=$(timeout 120 qemu-system-arm -M $board -display none \
		-monitor none -serial none -icount shift=0 \
		-semihosting-config enable=on,target=native \
		-kernel "$out/board.elf" 2>&1 </dev/null)
	set -- $answer
	[ "$1" = "${want%% *}" ] || {
		echo "WRONG ANSWER: $answer, wanted $want"
		return 1
	}
	total=$((0x$2 * ticks / 100))
	shift 2
	each=
	for one; do each="$each $((0x$one * ticks / 100))"; done
	macs=${want##* }
	arena=$(echo "$want" | cut -d' ' -f2)
}

bad=0
printf '%-24s %10s %11s %11s %6s %11s %6s %7s\n' model MACs ref $core /MAC \
	TFLM+NN ratio arena
while read -r model peer; do
	measure $model ref && ref=$total && measure $model $core || {
		bad=1
		continue
	}
	awk -v n="$model" -v macs="$macs" -v ref="$ref" -v own="$total" \
		-v peer="$peer" -v arena="$arena" 'BEGIN { printf \
		"%-24s %10d %11d %11d %6.2f %11s %5.2fx %7d\n", n, macs, ref,
		own, own / macs, peer, (peer == "-" ? ref : peer) / own,
		arena }'
	[ -z "$ops" ] || echo "  by operation:$each"
done
exit $bad
