# life.sh - a project whose model is flashed and can be updated, for tests that
# break into that; read after tap.sh.
#
#   make_life DIR TYPE AT [TRAIN]
#                            train once and make firmware.tar and release.tar
#                            for a board named demo.  TRAIN is more of that
#                            section; without it the container has 9 pages
#   need_qemu [TYPE]         skip everything without it
#   life_on TYPE KERNEL      the life of a model as far as the board's answers;
#                            its emitted C calls KERNEL.  Moves into the project
#   number KEY               of on.json, what infer --json said
#   version                  what the board demo says that it runs, or nothing
#   field NUMBER             of the last line of the board's receipts
. "$TOP/tests/lib/words.sh"
page=4096 header=32

make_life() {
	tinyml init --name life "$1" >/dev/null 2>&1
	make_words "$1/words"
	cat >"$1/tinyml.yaml" <<-END
	project: life
	key: life
	device_key: life-device
	collect: {source: wav, path: words, rate_hz: 8000}
	label: {from: folder, group: file, train: 50, validation: 25, test: 25}
	features: {length_ms: 500}
	train: {epochs: 1, batch: 8${4:+, $4}}
	squeeze: {calibration: {samples: 8}}
	targets: [$2]
	flash: {board: demo}
	update: {board: demo}
	boards: {demo: {type: $2, at: "$3"}}
	END
	(cd "$1" && tinyml run -q >run.log 2>&1)
}

version() {
	tinyml device --porcelain info demo | sed -n 's/^model_version	//p'
}

need_qemu() {
	[ -e "$B/firmware/${1:-mps2-an386}.elf" ] || skip_all "no firmware built"
	command -v qemu-system-arm >/dev/null || skip_all "QEMU is missing"
}

number() {
	sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" on.json
}

life_on() {
	need_qemu "$1"
	check "a project with a release" make_life "$scratch/p" "$1" \
		qemu:demo "filters: 16, blocks: 2"
	cd "$scratch/p" && [ -e artifacts/update.tar ] || exit 1
	check "its model takes the core's kernels" sh -c \
		"tar -xOf artifacts/squeeze.tar $1/model.c | grep -q $2"
	check "the first model is flashed" tinyml flash -q --to demo
	check "it runs" [ "$(version)" = 1.0.0 ]
	check "the board answers the test recordings" sh -c \
		"tinyml infer -q --on demo --json >on.json"
	check "features are this machine's to the last bit" \
		[ "$(number features_equal)" = "$(number count)" ]
	check "so are outputs" \
		[ "$(number outputs_equal)" = "$(number count)" ]
}

field() {
	tail -n 1 receipts/demo.tsv | cut -f "$1"
}
