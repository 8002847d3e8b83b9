#!/bin/sh
# squeeze: variants side by side, and what the squeeze section changes.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

make_tiny "$work/p" && cd "$work/p" && tinyml run -q squeeze || exit 1
cp artifacts/squeeze.tar "$work/first.tar"
sed -i 's/^targets:.*/targets: [sim, microbit]/' tinyml.yaml

compared() {
	tinyml squeeze -q --compare >"$work/table" &&
		grep -q '^sim$' "$work/table" &&
		grep -q '^microbit$' "$work/table" &&
		[ "$(grep -c '^\*' "$work/table")" = 2 ] &&
		[ "$(grep -c '^Chosen: ' "$work/table")" = 2 ]
}

check "variants are compared for each target" compared
check "and none is written" cmp artifacts/squeeze.tar "$work/first.tar"
check "the same table with three threads" sh -c \
	"tinyml squeeze -q --threads 3 --compare | cmp - '$work/table'"
check "for programs too" sh -c \
	"tinyml squeeze -q --compare --json | grep -q '\"variant\": \"int16x8\"'"

# key value text: the project's setting of squeeze, and what the report says
setting() {
	sed -i "/^  $1:/d; s/^squeeze:/squeeze:\n  $1: $2/" tinyml.yaml
	tinyml squeeze --json >"$work/json" && grep -q "$3" "$work/json" &&
		! cmp -s artifacts/squeeze.tar "$work/first.tar"
}

sed -i 's/^targets:.*/targets: [sim]/' tinyml.yaml
check "16 bits" setting format int16x8 '"format": "int16x8"'
sed -i '/^  format:/d' tinyml.yaml
check "4-bit weights" setting weight_bits 4 '"format": "int8"'
sed -i '/^  weight_bits:/d' tinyml.yaml
check "clustered" setting cluster yes '"format": "int8"'
sed -i '/^  cluster:/d' tinyml.yaml
check "pruned" setting prune 30 '"format": "int8"'
check "pruning everything is refused" says "90" setting prune 100 x
sed -i '/^  prune:/d' tinyml.yaml
check "equalised" setting equalise yes '"format": "int8"'
check "an unknown format is refused" says "int8 int16x8" sh -c \
	"mkdir q && sed 's/^squeeze:/&\n  format: int12/' tinyml.yaml \
	 >q/tinyml.yaml && tinyml squeeze -q -C q"

# ---- each target its own ------------------------------------------------------

tailored() {
	setting format auto '"variant": "int8' &&
		[ "$(grep -c '"why": ' "$work/json")" = 3 ] &&
		[ "$(grep -c '"squeeze": "' "$work/json")" = 3 ]
}
# What --compare chooses, target by target, is what they get.
as_chosen() {
	tinyml squeeze --compare | sed -n 's/^Chosen: \(.*\)\.  It.*/\1/p' \
		>"$work/chosen"
	tinyml squeeze --json | sed -n 's/.*"variant": "\(.*\)",/\1/p' |
		cmp - "$work/chosen"
}
# The model beside an image is the one in it.
own_model() {	# target
	tinyml show artifacts/squeeze.tar "$1/model.tflite" >"$work/own.tflite" \
		2>"$work/.no" || tinyml show artifacts/squeeze.tar \
		model.tflite >"$work/own.tflite"
	tinyml show artifacts/squeeze.tar "$1/model.img" >"$work/own.img"
	head -c 4096 /dev/urandom >"$work/in"
	n=$(tinyml infer --info "$work/own.tflite" |
		sed -n 's/^input.* \([0-9]*\) bytes.*/\1/p')
	head -c $((n * 4)) "$work/in" >"$work/some"
	tinyml infer "$work/own.tflite" <"$work/some" >"$work/file" &&
		tinyml infer "$work/own.img" <"$work/some" | cmp - "$work/file"
}
sed -i 's/^targets:.*/targets: [sim, mps2-an386, microbit]/' tinyml.yaml
check "auto makes a variant for each target and says why" tailored
cp artifacts/squeeze.tar "$work/auto.tar"
check "the one that --compare chooses" as_chosen
check "the same with one thread" sh -c "tinyml squeeze -q --threads 1 -o \
	'$work/auto1.tar' && cmp '$work/auto1.tar' '$work/auto.tar'"
check "some target has a model of its own" says "/model.tflite" \
	tinyml show artifacts/squeeze.tar
for t in sim mps2-an386 microbit; do
	check "$t: its model and its image agree" own_model $t
done
board() {	# type emulator: flash, update, answers of the recordings
	sed -i "s/^    type: .*/    type: $1/; s/^    at: .*/    at: $2:$1/" \
		tinyml.yaml
	tinyml flash -q && tinyml flash -q --to demo &&
		tinyml update -q && tinyml update -q --to demo &&
		tinyml infer -q --on demo --limit 2 | grep -q 'outputs of 2'
}
tinyml split -q
check "a board gets its own through split, flash and update" board sim sim
sed -i 's/^  nodes: .*/  nodes: []/' tinyml.yaml
if command -v qemu-system-arm >/dev/null; then
	check "and so does an emulated one, undivided" board mps2-an386 qemu
	tinyml device down demo >/dev/null 2>&1
else
	skip "an emulated board gets its own" "no qemu-system-arm"
fi
sed -i '/^  format:/d; s/^targets:.*/targets: [sim, microbit]/' tinyml.yaml
tinyml squeeze -q

# ---- any model --------------------------------------------------------------

tinyml show artifacts/train.tar model.tflite >"$work/float.tflite"
numbers=$(tinyml infer --info "$work/float.tflite" |
	sed -n 's/^input.*float32\[\([0-9x]*\)\].*/\1/p' | tr x '*')
bytes=$((${numbers:-1} * 4))
head -c $((bytes * 6)) /dev/zero >"$work/six.f32"
mkdir "$work/out" && cd "$work/out"

quantised() {
	tinyml squeeze -q --samples ../six.f32 -o int8.tflite ../float.tflite &&
		tinyml infer --info int8.tflite | grep -q '^input.*int8'
}

check "a file is quantised without project or key" quantised
check "a table of variants for it" sh -c \
	"tinyml squeeze -q --samples ../six.f32 --compare ../float.tflite |
	 grep -q '^Chosen: '"
seq 0 5 | sed 's/.*/1/' >six.txt
check "with classes" sh -c "tinyml squeeze -q --samples ../six.f32 \
	--labels six.txt --compare ../float.tflite | grep -q 'odd part right,'"
head -c $((bytes * 2 - 4)) /dev/zero >odd.f32
check "inputs of another shape are refused" fails 3 "no number of inputs" \
	tinyml squeeze -q --samples odd.f32 -o x.tflite ../float.tflite
: >none.f32
check "and so are none" fails 3 "no number of inputs" \
	tinyml squeeze -q --samples none.f32 -o x.tflite ../float.tflite
sed 1d six.txt >five.txt
check "a class for each input" fails 3 "no class number for sample 5 of 6" \
	tinyml squeeze -q --samples ../six.f32 --labels five.txt --compare \
	../float.tflite
check "-o has to be given" fails 2 "where the quantised .tflite goes" \
	tinyml squeeze -q --samples ../six.f32 ../float.tflite
check "a float model wants samples" fails 2 "is a float model" \
	tinyml squeeze -o x.tflite ../float.tflite
check "nothing is left of what failed" [ ! -e x.tflite ]
