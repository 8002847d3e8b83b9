#!/bin/sh
# Every int8 and int16 model that has vectors gives their bytes on every
# emulated board (tests/board), as a model image and as emitted C.  The first
# VECTORS of each file; 0: all.
B=${B:-build}
most=${VECTORS:-4}

for tool in arm-none-eabi-gcc qemu-system-arm; do
	command -v $tool >/dev/null || {
		echo "ok - vectors on boards # SKIP no $tool"
		exit 0
	}
done
taps=$B/tests/board/taps
rm -rf "$taps" "$B/tests/board/models"
mkdir -p "$taps"

export B most taps
ls testdata/model/*.tflite ../shared/models/*.tflite \
	../shared/models/*.onnx 2>/dev/null |
	xargs -P "$(nproc)" -I{} sh -c 'sh tests/board/check "$1" "$most" \
		>"$taps/$(basename "$1").tap" 2>&1' - {}
cat "$taps"/*.tap
for model in testdata/model/chain ../shared/models/vww_96_int8 \
	../shared/models/person_detect; do
	[ ! -e $model.tflite ] ||
		STRIPES=stripes sh tests/board/check $model.tflite 1
done
[ -d ../shared/models ] || echo "ok - reference models # SKIP no ../shared"

# one wrong bit in the last answer must be seen
bad=$B/tests/board/models/bad.tflite
cp testdata/model/chain.tflite "$bad"
cp testdata/model/chain.in.bin "${bad%.tflite}.in.bin"
{
	head -c -1 testdata/model/chain.out.bin
	tail -c 1 testdata/model/chain.out.bin | tr '\000-\377' '\001-\377\000'
} >"${bad%.tflite}.out.bin"
seen=$(sh tests/board/check "$bad" | grep -c '^not ok .* wrong output of')
all=$(sh tests/board/check testdata/model/chain.tflite | grep -c ok)
[ "$seen" = "$all" ] && [ "$all" != 0 ] &&
	echo "ok - a wrong answer is seen on every board" ||
	echo "not ok - a wrong answer is seen on every board: $seen of $all"
