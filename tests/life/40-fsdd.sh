# Spoken digits, FSDD: 2000 recordings in, a model on QEMU's Cortex-M4 out; the
# 200 test recordings of five takes nobody trained on, each answered by the
# board from its sound on.
. tests/lib/tap.sh
. tests/lib/life.sh
need_qemu
fsdd=$TOP/../shared/data/fsdd/recordings
[ -d "$fsdd" ] || skip_all "no data beside the repository"

mkdir "$scratch/p" && cd "$scratch/p" || exit 1
ln -s "$fsdd" recordings
tinyml init --name digits . >/dev/null 2>&1
cat >tinyml.yaml <<'END'
project: digits
key: digits
device_key: digits-device
collect: {source: wav, path: recordings, rate_hz: 8000}
label:
  from: pattern
  pattern: "{label}_{speaker}_{index}"
  group: file
  train: 90
  validation: 10
  test: 0
  test_where: "index=0-4"
features: {high_hz: 4000}
train: {epochs: 20}
targets: [mps2-an386]
flash: {board: demo}
update: {board: demo}
boards: {demo: {type: mps2-an386, at: "qemu:demo"}}
END
start=$(date +%s)
check "the line runs" tinyml run -q
echo "# recordings to release: $(($(date +%s) - start)) s"
check "onto the board" tinyml flash -q --to demo
start=$(date +%s)
check "the board answers the test recordings" sh -c \
	"tinyml infer -q --on demo --json >on.json"
echo "# answers: $(($(date +%s) - start)) s"
cat on.json | sed 's/^/# /'
check "all of them" [ "$(number count)" = 200 ]
check "97 of 100 or more are right" [ "$(number right)" -ge 194 ]
check "features are this machine's to the last bit" \
	[ "$(number features_equal)" = 200 ]
check "so are outputs" [ "$(number outputs_equal)" = 200 ]
