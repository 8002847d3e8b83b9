#!/bin/sh
# ONNX files in QDQ form, squeezed to pure int8: what the file says on this
# machine, every emulated board says to the bit, as image and as emitted C; and
# it is what ONNX means, in steps of the output.
B=${B:-build}
PATH=$(pwd)/$B/bin:$PATH
export PATH B
shared=../shared/vectors
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -e $shared/onnx-nets ]; then
	echo "ok - QDQ models # SKIP no ../shared"
	exit 0
fi

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

qdq() {	# name steps
	name=$(basename "$1") m=$work/$(basename "$1").tflite
	tinyml squeeze -o "$m" "$shared/$1.onnx" >"$work/said" 2>&1 &&
		grep -q '^input 0: float32.* becomes int8' "$work/said" &&
		grep -q '^output 0: float32.* becomes int8' "$work/said"
	say $? "$name: squeezed, and says what became of its ends"
	whole "$m"
	say $? "$name: no floats are left"
	quantise "$m" <"$shared/$1.in.bin" >"$work/$name.in.bin"
	tinyml infer "$m" <"$work/$name.in.bin" >"$work/$name.out.bin" &&
		near "$m" "$work/$name.out.bin" "$shared/$1.out.bin" "$2"
	say $? "$name: within $2 steps of ONNX"
	boards "$m"
	m=$work/$name-twice.tflite
	tinyml squeeze --round-twice -q -o "$m" "$shared/$1.onnx" &&
		cp "$work/$name.in.bin" "$work/$name-twice.in.bin" &&
		tinyml infer "$m" <"$work/$name.in.bin" \
			>"$work/$name-twice.out.bin"
	say $? "$name: runs with two roundings"
	boards "$m"
}

qdq onnx-nets/dscnn.qdq.opset13 0.001
qdq onnx-real/kws_ref_model 1
cmp -s "$work/dscnn.qdq.opset13.out.bin" \
	$shared/onnx-nets/dscnn.qdq.opset13.outq.bin
say $? "dscnn.qdq.opset13: the bytes of its int8 reference"
