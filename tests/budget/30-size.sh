# What an emitted model may cost in a linked Cortex-M4 program: models of ours
# everywhere, the reference models where they are.  Constants are counted with
# their requantisation tables, in thousandths of the weights and biases.
. tests/lib/m4_program.sh
shared=../shared/models
m4_program_open "$B/tests/budget-size" >"$B/tests/budget-size.log" || {
	echo "ok - size budgets # SKIP $(cat "$B/tests/budget-size.log")"
	exit 0
}

within() {	# name measured limit
	if [ "$2" -le "$3" ]; then
		echo "ok - $1: $2 of at most $3"
	else
		echo "not ok - $1: $2 of at most $3"
	fi
}

limits() {	# model file, bytes of code, constants, RAM, instructions
	name=$(basename "$1" .tflite)
	[ -e "$1" ] || {
		echo "ok - $name # SKIP not there"
		return
	}
	m4_program "$1" || {
		echo "not ok - $name is built and answers right"
		return
	}
	echo "ok - $name answers as the reference kernels do"
	within "$name, bytes of code" "$code" "$2"
	within "$name, constants per thousand needed" \
		$(((kept * 1000 + needed - 1) / needed)) "$3"
	within "$name, bytes of RAM" "$ram" "$4"
	within "$name, instructions" "$instructions" "$5"
}

limits testdata/model/chain.tflite 6000 1200 200 80000
limits $shared/kws_ref_model.tflite 12000 1050 9500 4100000
limits $shared/ad01_int8.tflite 3000 1050 1300 450000
limits $shared/pretrainedResnet_quant.tflite 12000 1050 36000 16000000
limits $shared/vww_96_int8.tflite 20000 1050 38500 9500000
limits $shared/str_ww_ref_model.tflite 11000 1050 5500 1500000
limits $shared/person_detect.tflite 20000 1050 38500 14000000
limits $shared/micro_speech_quantized.tflite 7000 1050 5500 800000
limits $shared/hello_world_int8.tflite 2500 1050 200 2500
