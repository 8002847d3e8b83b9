# tiny.sh - a whole project that is made in about a second, for tests that
# break things; read after cli.sh.
#
#   make_tiny DIR    a project of 24 half-second recordings and a network of
#                    one block of 8 filters, for a board named demo that is a
#                    process; signed by a key that later projects share
#   tiny_set DIR KEY VALUE    change one key ("train.epochs" is "  epochs:")
#   leftovers DIR    temporary files and artifacts that do not verify
. "$top/tests/lib/words.sh"

make_tiny() {
	tinyml init --name tiny "$1" >/dev/null 2>&1
	make_words "$1/words"
	cat >"$1/tinyml.yaml" <<-'END'
	project: tiny
	key: tiny
	device_key: tiny-device
	collect:
	  path: words
	  rate_hz: 16000
	label:
	  from: folder
	  classes: []
	  group: file
	  train: 50
	  validation: 25
	  test: 25
	features:
	  length_ms: 500
	train:
	  filters: 8
	  blocks: 1
	  epochs: 2
	  batch: 8
	  patience: 8
	squeeze:
	  calibration: {samples: 8}
	targets: [sim]
	split:
	  nodes: [demo, host]
	  objective: latency
	flash:
	  board: demo
	  version: 1.0.0
	update:
	  board: demo
	  version: 1.1.0
	boards:
	  demo:
	    type: sim
	    at: sim:demo
	END
}

tiny_set() {	# dir key value
	section=${2%%.*} key=${2#*.}
	awk -v section="$section:" -v key="  $key:" -v value="$3" '
		/^[a-z]/ { inside = $1 == section }
		inside && index($0, key) == 1 {
			print key " " value; done = 1; next }
		{ print }
		END { exit !done }' "$1/tinyml.yaml" >"$work/.yaml" &&
		cp "$work/.yaml" "$1/tinyml.yaml"
}

leftovers() {
	find "$1" -name '*.tmp*' -print
	for tar in "$1"/artifacts/*.tar; do
		[ ! -e "$tar" ] || tinyml verify -C "$1" "$tar" \
			>/dev/null 2>&1 || echo "$tar"
	done
}
