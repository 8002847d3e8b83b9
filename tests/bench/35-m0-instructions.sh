#!/bin/sh
# Instructions of one inference in Cortex-M0 code (QEMU mps2-an385, -icount
# shift=0: one tick of SysTick is 40), with the reference and the m0 kernels;
# the answer must be the vector's.  MODELS is the folder of reference models.
B=${B:-build}
models=${MODELS:-../shared/models}
board=tests/board
out=$B/tests/bench/m0-instructions
core="-mcpu=cortex-m0 -mthumb"

for tool in arm-none-eabi-gcc qemu-system-arm; do
	command -v $tool >/dev/null || { echo "no $tool: skipped"; exit 0; }
done
[ -e "$models/kws_ref_model.tflite" ] || {
	echo "no reference models in $models: skipped"
	exit 0
}
mkdir -p "$out"
${MAKE:-make} -s B="$B" "$B/tests/emit" "$B/$board/m0/libboard.a" || exit 1
for set in ref m0; do
	arm-none-eabi-gcc $core -std=gnu17 -Os -ffreestanding -Ilib -I$board \
		-DSET=run_$set -c -o "$out/$set.o" $board/image.c &&
	arm-none-eabi-gcc $core -nostdlib -Wl,--gc-sections -L$board \
		-T $board/mps2.ld -o "$out/$set.elf" "$out/$set.o" \
		"$B/$board/m0/libboard.a" -lgcc || exit 1
done

# Sets said (input, output, arena, constants, MACs) and instructions.
measure() {	# model set
	said=$("$B/tests/emit" "$models/$1.tflite" "$2" "$out/$1") || return
	place=0x$(arm-none-eabi-nm "$out/$2.elf" | sed -n 's/ . link_image$//p')
	v=$models/vectors/$1.shared
	answer=$(timeout 120 qemu-system-arm -M mps2-an385 -icount shift=0 \
		-display none -monitor none -serial none -semihosting-config \
		"enable=on,target=native,arg=x,arg=$v.in.bin,arg=$v.out.bin,arg=1" \
		-kernel "$out/$2.elf" -device \
		"loader,file=$out/$1.img,addr=$place,force-raw=on" 2>&1 </dev/null)
	case $answer in
	"equal 1 ticks "*) instructions=$(echo "$answer" |
		awk '{ print $4 * 40 }') ;;
	*) echo "$1 $2: $answer" && return 1 ;;
	esac
}

bad=0
printf '%-24s %10s %11s %11s %6s %6s\n' model MACs ref m0 /MAC ratio
for model in kws_ref_model vww_96_int8 pretrainedResnet_quant ad01_int8 \
	str_ww_ref_model; do
	measure $model ref && ref=$instructions && measure $model m0 || {
		bad=1
		continue
	}
	echo "$model $said" | awk -v ref="$ref" -v m0="$instructions" \
		'{ printf "%-24s %10d %11d %11d %6.2f %5.2fx\n", $1, $6, ref,
		m0, m0 / $6, ref / m0 }'
done
exit $bad
