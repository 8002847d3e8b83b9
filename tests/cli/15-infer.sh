#!/bin/sh
# infer: exact answers, honest refusals.
B=${B:-build}
PATH=$(pwd)/$B/bin:$PATH
export PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=testdata/model
shared=../shared/models

check() {	# name command...
	name=$1
	shift
	if "$@" >"$work/out" 2>"$work/err"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		sed 's/^/# /' "$work/err"
	fi
}

answers() {	# model in out
	tinyml infer "$1" <"$2" >"$work/answer" && cmp "$work/answer" "$3"
}

# status STATUS TEXT command...: exit status, and words on standard error
refuses() {
	want=$1 text=$2
	shift 2
	"$@" >/dev/null 2>"$work/said"
	got=$?
	[ "$got" = "$want" ] && grep -qF -- "$text" "$work/said" && return
	echo "exit $got" >&2
	cat "$work/said" >&2
	return 1
}

for m in chain branch curves moves; do
	check "our own model $m answers to the byte" \
		answers $data/$m.tflite $data/$m.in.bin $data/$m.out.bin
done

same_isa() {	# NAME: the same bytes, or a processor without it
	tinyml infer --isa $1 $data/chain.tflite <$data/chain.in.bin \
		>"$work/answer" 2>"$work/said" ||
		grep -qF "this processor has no $1" "$work/said" || return 1
	[ ! -s "$work/answer" ] || cmp "$work/answer" $data/chain.out.bin
}
for isa in best ref plain avx2 avx512; do
	check "--isa $isa gives the same bytes" same_isa $isa
done
check "another --isa is wrong usage, with the choices" \
	refuses 2 'best, ref, plain, avx2 and avx512' \
	tinyml infer --isa sse9 $data/chain.tflite

info() {
	tinyml infer --info $data/chain.tflite | grep -qF \
		'input 0: int8[1x9x7x2], 126 bytes, scale 0.0370000005 zero -11'
}
check "--info tells what goes in" info

profile() {
	tinyml infer --profile $data/chain.tflite <$data/chain.in.bin \
		2>&1 >"$work/answer" | grep -q '^  0  CONV_2D  *1800 '
	cmp "$work/answer" $data/chain.out.bin
}
check "--profile counts multiplications and leaves the answers alone" profile

head -c 130 $data/chain.in.bin >"$work/part"
check "a part of an input is an error with both sizes" \
	refuses 3 'the last input has 4 bytes instead of 126' \
	sh -c "tinyml infer $data/chain.tflite <$work/part"
: >"$work/empty"
check "no input gives no output" \
	sh -c "tinyml infer $data/chain.tflite <$work/empty"
head -c 1000 $data/chain.tflite >"$work/cut.tflite"
check "a truncated model is refused with the place" \
	refuses 3 'offset' tinyml infer "$work/cut.tflite"
check "what is no model is refused" \
	refuses 3 'not a .tflite file' tinyml infer $data/make.py
check "a missing model is refused" \
	refuses 3 'none.tflite' tinyml infer "$work/none.tflite"
check "two models are wrong usage" refuses 2 'one model' tinyml infer a b

for m in kws_ref_model vww_96_int8 pretrainedResnet_quant ad01_int8 \
	str_ww_ref_model micro_speech_quantized person_detect \
	hello_world_int8 seanet_add0 seanet_sub0 seanet_pad0 \
	seanet_strided_slice0 seanet_leaky_relu0 seanet_quantize0 \
	keyword_scrambled keyword_scrambled_8bit trained_lstm_int8 \
	seanet_conv0 seanet_conv10 seanet_transpose_conv0
do
	v=$shared/vectors/$m.shared
	if [ -e "$v.out.bin" ]; then
		check "reference model $m answers to the byte" \
			answers $shared/$m.tflite "$v.in.bin" "$v.out.bin"
	else
		echo "ok - reference model $m # SKIP no ../shared"
	fi
done
if [ -e $shared/person_detect_vela.tflite ]; then
	check "a command stream for Ethos-U is refused in words" \
		refuses 3 'Ethos-U' \
		tinyml infer $shared/person_detect_vela.tflite
	check "a hybrid model is refused in words" refuses 3 'hybrid' \
		tinyml infer $shared/kws_ref_model_float32.tflite
	for m in keyword_scrambled keyword_scrambled_8bit; do
		v=$shared/vectors/$m.shared_stream
		check "a stream through $m answers to the byte" sh -c \
			"tinyml infer --stream $shared/$m.tflite \
			<$v.in.bin | cmp - $v.out.bin"
	done
else
	echo "ok - refusals of reference models # SKIP no ../shared"
fi
