#!/bin/sh
# squeeze of model files that were quantised before: an int8 .tflite is handed
# on byte by byte; as an artifact either goes to a board like a trained one.
. tests/lib/cli.sh
models=$top/testdata/model

unchanged() {	# model
	tinyml squeeze -o same.tflite "$1" >said 2>&1 &&
		cmp same.tflite "$1" && grep -q 'as before' said
}

check "an int8 .tflite stays as it is" unchanged "$models/chain.tflite"
check "with samples too" sh -c "n=\$(tinyml infer --info '$models/chain.tflite' |
		sed -n 's/^input.* \([0-9]*\) bytes.*/\1/p')
	head -c \$((4 * n)) /dev/zero >s.f32
	tinyml squeeze -q --samples s.f32 -o t.tflite '$models/chain.tflite' &&
	cmp t.tflite '$models/chain.tflite'"
check "variants of what is quantised are refused" fails 3 "quantised already" \
	tinyml squeeze --compare --samples s.f32 "$models/chain.tflite"
check "variants want samples" fails 2 "--samples are missing" \
	tinyml squeeze --compare "$models/chain.tflite"
check "rounding is of files" fails 2 "--round-twice is for a MODEL" \
	tinyml squeeze --round-twice

# ---- to a board -------------------------------------------------------------

tinyml init --name imported p >.out 2>&1
cd p || exit 1
cat >tinyml.yaml <<'END'
project: imported
key: imported
device_key: imported-device
targets: [sim, mps2-an386]
flash:
  board: demo
boards:
  demo:
    type: sim
    at: sim:demo
END
squeezed() {
	tinyml squeeze -o artifacts/squeeze.tar "$models/chain.tflite" &&
		tinyml verify artifacts/squeeze.tar &&
		tinyml show artifacts/squeeze.tar model.tflite |
			cmp - "$models/chain.tflite" &&
		tinyml show artifacts/squeeze.tar mps2-an386/model.c |
			grep -q model_invoke
}
check "an artifact of it has plans, images and C" squeezed
check "which holds the same each time" sh -c "cp artifacts/squeeze.tar 1.tar &&
	tinyml squeeze -q -o 2.tar '$models/chain.tflite' && cmp 1.tar 2.tar"
image() {
	tinyml show artifacts/squeeze.tar sim/model.img >sim.img &&
		tinyml infer sim.img <"$models/chain.in.bin" |
			cmp - "$models/chain.out.bin"
}
check "its image answers with the model's vectors" image
check "an image is signed" tinyml flash
check "the board takes it and answers as this machine" \
	says "8 compared with this machine bit for bit" tinyml flash --to demo
check "its slot is read back" says "ok    board demo" \
	sh -c 'tinyml verify --board demo; [ $? = 1 ]'
check "there are no recordings to put to it" fails 3 "came from a file" \
	tinyml infer --on demo
check "what cannot be fed to a board is refused" fails 3 "one input" \
	tinyml squeeze -o x.tar "$models/curves.tflite"
