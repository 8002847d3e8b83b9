#!/bin/sh
# ONNX files in QDQ form, squeezed to pure int8: what the file says on this
# machine, every emulated board says to the bit, as image and as emitted C; and
# it is what ONNX means, in steps of the output.  Float nets, squeezed with their
# own vectors, stay near what they were.
B=${B:-build}
PATH=$(pwd)/$B/bin:$PATH
export PATH B
shared=../shared/vectors
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() {	# status what
	[ "$1" = 0 ] && echo "ok - $2" || echo "not ok - $2"
}

# The scale and zero point of an input or output: "S Z".
scale() {	# port model
	tinyml infer --info "$2" | sed -n \
		"s/^$1 0: int8.*scale \([^ ]*\) zero \([^ ]*\)\$/\1 \2/p"
}

# Floats as int8 of the model's input.
quantise() {	# model <floats >int8
	set -- $(scale input "$1")
	od -An -v -tf4 -w4 | awk -v s="$1" -v z="$2" '{
		q = $1 / s; q = int(q < 0 ? q - 0.5 : q + 0.5) + z
		q = q < -128 ? -128 : q > 127 ? 127 : q
		printf "%03o", q < 0 ? q + 256 : q }' |
		sed 's/.../\\0&/g' >"$work/octal"
	printf '%b' "$(cat "$work/octal")"
}

# Is every answer within so many steps of the float one?
near() {	# model int8 floats steps
	od -An -v -td1 -w1 "$2" >"$work/got"
	od -An -v -tf4 -w4 "$3" >"$work/want"
	set -- "$4" $(scale output "$1")
	paste "$work/got" "$work/want" | awk -v most="$1" -v s="$2" -v z="$3" '
		{ off = $1 - z - $2 / s; off = off < 0 ? -off : off }
		NF != 2 || off > most { print NR ": " $0; bad = 1 }
		END { exit bad || !NR }'
}

whole() {	# model: no floats are left
	tinyml infer --profile "$1" </dev/null 2>"$work/profile" &&
		! grep -q 'float32' "$work/profile"
}

boards() {	# model
	for tool in arm-none-eabi-gcc qemu-system-arm "$B/tests/emit"; do
		command -v "$tool" >/dev/null || {
			echo "ok - $(basename "$1") on boards # SKIP no $tool"
			return
		}
	done
	sh tests/board/check "$1" 2
}

qdq() {	# model without .onnx, steps
	name=$(basename "$1") m=$work/$(basename "$1").tflite
	tinyml squeeze -o "$m" "$1.onnx" >"$work/said" 2>&1 &&
		grep -q '^input 0: float32.* becomes int8' "$work/said" &&
		grep -q '^output 0: float32.* becomes int8' "$work/said"
	say $? "$name: squeezed, and says what became of its ends"
	whole "$m"
	say $? "$name: no floats are left"
	quantise "$m" <"$1.in.bin" >"$work/$name.in.bin"
	tinyml infer "$m" <"$work/$name.in.bin" >"$work/$name.out.bin" &&
		near "$m" "$work/$name.out.bin" "$1.out.bin" "$2"
	say $? "$name: within $2 steps of ONNX"
	boards "$m"
	m=$work/$name-twice.tflite
	tinyml squeeze --round-twice -q -o "$m" "$1.onnx" &&
		cp "$work/$name.in.bin" "$work/$name-twice.in.bin" &&
		tinyml infer "$m" <"$work/$name.in.bin" \
			>"$work/$name-twice.out.bin"
	say $? "$name: runs with two roundings"
	boards "$m"
}

qdq testdata/onnx/mixed 1
if [ ! -e $shared/onnx-nets ]; then
	echo "ok - more QDQ models # SKIP no ../shared"
	exit 0
fi
qdq $shared/onnx-nets/dscnn.qdq.opset13 0.001
qdq $shared/onnx-real/kws_ref_model 1
cmp -s "$work/dscnn.qdq.opset13.out.bin" \
	$shared/onnx-nets/dscnn.qdq.opset13.outq.bin
say $? "dscnn.qdq.opset13: the bytes of its int8 reference"

# name vectors steps: what a float net loses
net() {
	name=$(basename "$1") m=$work/net.tflite v=$shared/$2
	tinyml squeeze -q --samples "$v.in.bin" -o "$m" "$shared/$1.onnx" &&
		whole "$m" && quantise "$m" <"$v.in.bin" >"$work/net.in.bin" &&
		tinyml infer "$m" <"$work/net.in.bin" >"$work/net.out.bin" &&
		near "$m" "$work/net.out.bin" "$v.out.bin" "$3"
	say $? "$name: int8 within $3 steps of its floats"
}

for set in 11 13; do
	net onnx-nets/dscnn.opset$set onnx-nets/dscnn 40
	net onnx-nets/autoencoder.opset$set onnx-nets/autoencoder 16
done
net onnx-real/mnist8 onnx-real/mnist8 4
net onnx-real/vww_96_float onnx-real/vww_96_float 16
net onnx-real/atmega_mnist onnx-real/atmega_mnist 4
net onnx-real/tfl_helloworld onnx-real/tfl_helloworld 8
# its weights are noise: int8 changes its answers much, and only that counts here
tinyml squeeze -q --samples $shared/onnx-nets/mobilenetv1_025.in.bin \
	-o "$work/net.tflite" $shared/onnx-nets/mobilenetv1_025.opset13.onnx &&
	whole "$work/net.tflite"
say $? "mobilenetv1_025.opset13: paddings that .tflite lacks are spelled out"
tinyml squeeze -q --samples $shared/onnx-nets/conv1d.in.bin -o "$work/x" \
	$shared/onnx-nets/conv1d.opset13.onnx 2>&1 | grep -q 'LOG_SOFTMAX'
say $? "conv1d: what boards cannot compute is refused by name"
