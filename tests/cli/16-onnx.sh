#!/bin/sh
# infer on .onnx files: the answers of other engines, honest refusals.
B=${B:-build}
PATH=$(pwd)/$B/bin:$PATH
export PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shared=../shared/vectors

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

floats() {	# file
	od -An -v -tf4 -w4 "$1"
}

# answers MODEL IN OUT ABSOLUTE RELATIVE
answers() {
	tinyml infer "$1" <"$2" >"$work/answer" || return 1
	floats "$work/answer" >"$work/got"
	floats "$3" >"$work/want"
	paste "$work/got" "$work/want" | awk -v a="$4" -v r="$5" '
		function abs(x) { return x < 0 ? -x : x }
		NF != 2 || abs($1 - $2) > a + r * abs($2) {
			print "value " NR ": " $0; bad = 1
		}
		END { exit bad || NR == 0 }' >&2
}

refuses() {	# words command...
	words=$1
	shift
	"$@" >/dev/null 2>"$work/said" </dev/null
	[ $? = 3 ] && grep -qF -- "$words" "$work/said" && return
	cat "$work/said" >&2
	return 1
}

# Every convolution and dense layer writes int8.
integers() {	# model
	tinyml infer --profile "$1" </dev/null 2>"$work/profile" || return 1
	grep -c 'CONV_2D .*-> int8' "$work/profile" | grep -qx 10 &&
		! grep -E '(CONV_2D|FULLY).*-> float32' "$work/profile" >&2
}

if [ ! -e $shared/onnx-nets ]; then
	echo "ok - .onnx nets # SKIP no ../shared"
	exit 0
fi

for m in dscnn mobilenetv1_025 conv1d autoencoder; do
	for set in 11 13; do
		v=$shared/onnx-nets/$m
		check "$m, operator set $set, answers as PyTorch" answers \
			$v.opset$set.onnx $v.in.bin $v.out.bin 1e-4 1e-4
	done
done

real() {	# name absolute relative
	v=$shared/onnx-real/$1
	check "$1 answers within its tolerance" \
		answers "$v.onnx" "$v.in.bin" "$v.out.bin" "$2" "$3"
}
real mnist8 1e-2 0
real vww_96_float 1e-5 0
real atmega_mnist 1e-4 1e-4
real tfl_helloworld 1e-5 0

# integer layers answer as the definition says, to the last bit
v=$shared/onnx-nets/dscnn.qdq.opset13
check "dscnn in QDQ form answers exactly" \
	answers $v.onnx $v.in.bin $v.out.bin 0 0
check "dscnn in QDQ form is run by integer layers" integers $v.onnx
real kws_ref_model 1e-4 0
head -c 5000 $shared/onnx-nets/dscnn.opset11.onnx >"$work/cut.onnx"
check "a truncated file is refused" refuses 'damaged' \
	tinyml infer "$work/cut.onnx"
