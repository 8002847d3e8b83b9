# Three divisions of one model: all on the board, a cut in the middle, all on
# the host; the middle one runs on QEMU's Cortex-M4 and on this machine.
. tests/lib/tap.sh
command -v sox >/dev/null || skip_all "sox is missing"
command -v qemu-system-arm >/dev/null || skip_all "QEMU is missing"

project() {	# OBJECTIVE BITS_PER_SECOND LATENCY
	cat >tinyml.yaml <<END
project: split
key: split
device_key: split-device
collect: {source: wav, path: tones, rate_hz: 8000}
label: {from: pattern, pattern: "{label}_{voice}_{take}", group: voice}
train: {filters: 8, blocks: 1, epochs: 4, shift_ms: 0}
targets: [mps2-an386]
split:
  nodes: [demo, host]
  objective: $1
  link: {bits_per_second: $2, latency_ms: $3}
flash: {board: demo}
boards: {demo: {type: mps2-an386, at: "qemu:demo"}}
END
}
ops() {	# of the board, as split.json tells
	tinyml show artifacts/split.tar split.json |
		sed -n '/"name": "demo"/,/}/s/.*"end_op": \([0-9]*\).*/\1/p'
}
all() {
	tinyml show artifacts/split.tar split.json |
		sed -n 's/.*"ops": \([0-9]*\).*/\1/p'
}

mkdir "$scratch/p" && cd "$scratch/p" || exit 1
sh "$TOP/tests/lib/tones" tones 3 12 2
tinyml init --name split . >/dev/null 2>&1
project bytes 115200 5
check "the line runs" tinyml run -q
check "least bytes: all on the board" [ "$(ops)" = "$(all)" ]
check "every legal cut was proved" sh -c "tinyml show artifacts/split.tar \
	explanation.txt | grep -q 'legal cuts proved on 8 inputs'"

found=
for bits in 20000 40000 80000 160000 320000 640000 1280000 2560000; do
	project latency $bits 0
	tinyml run -q split || break
	if [ "$(ops)" -gt 0 ] && [ "$(ops)" -lt "$(all)" ]; then
		found=$bits
		break
	fi
done
check "some link makes a cut in the middle the fastest" [ -n "$found" ]
check "the board's part is flashed" sh -c "tinyml run -q flash &&
	tinyml flash -q --to demo"
check "board and host give the whole model's answers" sh -c \
	"tinyml infer -q --on demo --json >on.json"
count=$(sed -n 's/.*"count": \([0-9]*\).*/\1/p' on.json)
equal=$(sed -n 's/.*"outputs_equal": \([0-9]*\).*/\1/p' on.json)
answers=$(sed -n 's/.*"answers_equal": \([0-9]*\).*/\1/p' on.json)
check "there were recordings" [ "${count:-0}" -gt 0 ]
check "what crosses is equal to the last bit" [ "$count" = "$equal" ]
check "and so are the answers" [ "$count" = "$answers" ]

project latency 1000000000 0
check "a fast link: all on the host" sh -c "tinyml run -q split"
check "nothing is left to the board" [ "$(ops)" = 0 ]
tinyml run -q flash 2>err
check "flash says that the split left nothing" [ $? = 1 ]
check "and why" grep -q "leaves nothing of the model to 'demo'" err
