# A model's way onto Cortex-M0 code, emulated as mps2-an385: flashed, answering
# test recordings as this machine does, and counted.
. tests/lib/tap.sh
. tests/lib/life.sh
[ -e "$B/firmware/mps2-an385.elf" ] || skip_all "no firmware built"
command -v qemu-system-arm >/dev/null || skip_all "QEMU is missing"

number() {
	sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" on.json
}

check "a project with a release" make_life "$scratch/p" mps2-an385 \
	qemu:demo "filters: 16, blocks: 2"
cd "$scratch/p" && [ -e artifacts/update.tar ] || exit 1
check "its model takes the core's kernels" sh -c \
	"tar -xOf artifacts/squeeze.tar mps2-an385/model.c |
		grep -q kern_m0_depthwise_s8"
check "the first model is flashed" tinyml flash -q --to demo
check "it runs" [ "$(version)" = 1.0.0 ]
check "the board answers the test recordings" sh -c \
	"tinyml infer -q --on demo --json >on.json"
check "features are this machine's to the last bit" \
	[ "$(number features_equal)" = "$(number count)" ]
check "so are outputs" [ "$(number outputs_equal)" = "$(number count)" ]
check "its operations are counted" sh -c \
	"tinyml infer --on demo --profile >text"
sed 's/^/# /' text
check "no cycles are guessed for this core" sh -c '! grep -q estimate text'
