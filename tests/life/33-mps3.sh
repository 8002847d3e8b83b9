# A model's way onto a Cortex-M55 with Helium, emulated as mps3-an547: flashed,
# updated, and answering test recordings as this machine does.
. tests/lib/tap.sh
. tests/lib/life.sh
[ -e "$B/firmware/mps3-an547.elf" ] || skip_all "no firmware built"
command -v qemu-system-arm >/dev/null || skip_all "QEMU is missing"

number() {
	sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" on.json
}

check "a project with a release" make_life "$scratch/p" mps3-an547 \
	qemu:demo "filters: 16, blocks: 2"
cd "$scratch/p" && [ -e artifacts/update.tar ] || exit 1
check "its model takes the core's kernels" sh -c \
	"tar -xOf artifacts/squeeze.tar mps3-an547/model.c |
		grep -q kern_m55_depthwise_s8"
check "the first model is flashed" tinyml flash -q --to demo
check "it runs" [ "$(version)" = 1.0.0 ]
check "the board answers the test recordings" sh -c \
	"tinyml infer -q --on demo --json >on.json"
check "features are this machine's to the last bit" \
	[ "$(number features_equal)" = "$(number count)" ]
check "so are outputs" [ "$(number outputs_equal)" = "$(number count)" ]
check "an update" tinyml update -q --to demo
check "it runs then" [ "$(version)" = 1.1.0 ]
