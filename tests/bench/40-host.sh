#!/bin/sh
# What one inference costs on this machine, on one core: microseconds of
# processor time with the reference kernels and with each set of fast ones, the
# least of 7 rounds, and how many times faster the last one is.
# MODELS is the folder of reference models.
B=${B:-build}
out=$B/tests/bench/host
models=${MODELS:-../shared/models}

[ -e "$models/kws_ref_model.tflite" ] || {
	echo "no reference models in $models: skipped"
	exit 0
}
mkdir -p "$out"
${CC:-gcc} -std=gnu17 -O2 -ffp-contract=off -D_GNU_SOURCE -Ilib $SAN \
	-o "$out/host" tests/bench/host/host.c "$B/libtinyml.a" -lm -lpthread ||
	exit 1
printf '%-24s %9s %9s %9s %9s %8s\n' model ref plain avx2 avx512 ratio
bad=0
for model in kws_ref_model vww_96_int8 pretrainedResnet_quant ad01_int8 \
	str_ww_ref_model person_detect; do
	[ -e "$models/$model.tflite" ] || continue
	printf '%-24s' $model
	"$out/host" "$models/$model.tflite" || bad=1
done
exit $bad
