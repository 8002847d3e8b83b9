# life.sh - a project whose model is flashed and can be updated, for tests that
# break into that; read after tap.sh.
#
#   make_life DIR TYPE AT [TRAIN]
#                            train once and make firmware.tar and release.tar
#                            for a board named demo.  TRAIN is more of that
#                            section; without it the container has 9 pages
#   need_qemu                skip everything without it
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
	[ -e "$B/firmware/mps2-an386.elf" ] || skip_all "no firmware built"
	command -v qemu-system-arm >/dev/null || skip_all "QEMU is missing"
}

field() {
	tail -n 1 receipts/demo.tsv | cut -f "$1"
}
