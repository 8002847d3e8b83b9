#!/bin/sh
# From a .tflite file to what a board gets: milliseconds of processor time, and
# how good the arena is.
B=${B:-build}
out=$B/tests/bench/compile
models=${MODELS:-../shared/models}

[ -e "$models/kws_ref_model.tflite" ] || {
	echo "no reference models in $models: skipped"
	exit 0
}
mkdir -p "$out"
${CC:-gcc} -std=gnu17 -O2 -ffp-contract=off -D_GNU_SOURCE -Ilib $SAN \
	-o "$out/compile" tests/bench/compile/compile.c "$B/libtinyml.a" \
	-lm -lpthread || exit 1
printf '%-32s %8s %8s %8s %8s %9s %9s\n' model read plan emit 'all, ms' \
	arena bound
set --
for model in kws_ref_model vww_96_int8 pretrainedResnet_quant ad01_int8 \
	str_ww_ref_model person_detect; do
	[ ! -e "$models/$model.tflite" ] || set -- "$@" "$models/$model.tflite"
done
exec "$out/compile" "$@"
