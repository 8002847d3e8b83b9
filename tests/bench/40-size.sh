#!/bin/sh
# Bytes of flash of a linked Cortex-M4 program around each model as emitted C,
# with start-up and one call, beside TensorFlow Lite Micro with CMSIS-NN as a
# program of the same kind (tflite-micro 90b983c2, strings stripped, newlib
# nano).  tests/lib/m4_program.sh says what the columns are; MODELS is the
# folder of reference models.
. tests/lib/m4_program.sh
models=${MODELS:-../shared/models}

[ -e "$models/kws_ref_model.tflite" ] || {
	echo "no reference models in $models: skipped"
	exit 0
}
m4_program_open "${B:-build}/tests/bench/m4-size" || exit 0

bad=0
printf '%-24s %8s %8s %7s %7s %7s %8s %7s %8s %12s\n' model needed kept % \
	code TFLM image RAM arena instructions
while read -r model peer; do
	m4_program "$models/$model.tflite" || {
		echo "$model failed"
		bad=1
		continue
	}
	awk -v n="$model" -v needed="$needed" -v kept="$kept" -v code="$code" \
		-v peer="$peer" -v image="$image" -v ram="$ram" \
		-v arena="$arena" -v i="$instructions" 'BEGIN { printf \
		"%-24s %8d %8d %+6.1f%% %7d %7d %8d %7d %8d %12d\n", n, needed,
		kept, 100 * kept / needed - 100, code, peer, image, ram,
		arena, i }'
done <<EOT
kws_ref_model 84532
vww_96_int8 84532
pretrainedResnet_quant 79552
ad01_int8 32260
str_ww_ref_model 81420
micro_speech_quantized 57928
person_detect 71044
hello_world_int8 32260
keyword_scrambled_8bit 48372
EOT
exit $bad
