#!/bin/sh
# RAM of the programs of 40-size.sh: .data and .bss in all, of which the arena
# (activations, state, scratch, input and output), and the stack that one
# inference takes at most, painted before and looked at after; beside it the
# arena of TensorFlow Lite Micro with CMSIS-NN on the Cortex-M4
# (arena_used_bytes; tflite-micro 90b983c2), which has some 600 bytes of .data
# and .bss and its stack besides.  "goal" and "limit" are of the RAM in all; the
# stack's are 1000 and 1500.  "short" is the RAM when the arena may have no more
# than the goal, with stripes where it needs them, and the last two columns are
# the instructions of one inference without and with them.
. tests/lib/m4_program.sh
models=${MODELS:-../shared/models}

[ -e "$models/kws_ref_model.tflite" ] || {
	echo "no reference models in $models: skipped"
	exit 0
}
m4_program_open "${B:-build}/tests/bench/m4-ram" || exit 0

bad=0
printf '%-24s %7s %7s %7s %7s %7s %7s %6s %7s %9s %9s\n' model RAM arena \
	goal limit stack TFLM ratio short 'whole, M4' 'short, M4'
while read -r model goal limit peer; do
	m4_program "$models/$model.tflite" || {
		echo "$model failed"
		bad=1
		continue
	}
	whole=$ram whole_arena=$arena whole_stack=$stack count=$instructions
	m4_program "$models/$model.tflite" "$goal" || {
		echo "$model in stripes failed"
		bad=1
		continue
	}
	awk -v n="$model" -v ram="$whole" -v arena="$whole_arena" \
		-v goal="$goal" -v limit="$limit" -v stack="$whole_stack" \
		-v peer="$peer" -v short="$ram" -v count="$count" \
		-v more="$instructions" 'BEGIN { printf \
		"%-24s %7d %7d %7d %7d %7d %7d %5.2fx %7d %9d %9d\n", n, ram,
		arena, goal, limit, stack, peer, peer / ram, short, count,
		more }'
done <<EOT
kws_ref_model 9500 16300 22820
vww_96_int8 38000 56000 100708
pretrainedResnet_quant 36000 50000 54996
ad01_int8 1300 1400 2580
str_ww_ref_model 5500 7500 16596
person_detect 30000 55296 82308
EOT
exit $bad
