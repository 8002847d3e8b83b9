# A model on its way to a board over links that fail: UDP that loses three
# packets in ten, and a serial port whose plug is pulled in the middle.
. tests/lib/tap.sh
command -v sox >/dev/null || skip_all "sox is missing"
. tests/lib/mock_usb.sh

says() {	# STATUS TEXT COMMAND...
	want=$1 text=$2
	shift 2
	"$@" >"$scratch/said" 2>&1
	got=$?
	cat "$scratch/said"
	[ "$got" = "$want" ] && grep -qF -- "$text" "$scratch/said"
}

first_line() {	# FILE: what a program says when it listens
	for _ in $(seq 50); do
		[ -s "$1" ] && break
		sleep 0.1
	done
	head -1 "$1"
}

# ---- the two boards and their links -----------------------------------------

tinyml-boardsim --flash "$scratch/far.flash" --udp 0 >"$scratch/far" &
boards=$!
port=$(first_line "$scratch/far")
"$B/tests/udp_loss" "${port##*:}" 30 7 >"$scratch/loss" 2>"$scratch/lost" &
loss=$! boards="$boards $!"
far=$(first_line "$scratch/loss")
plug 1-1 2341:805a ttyACM0

project() {	# EPOCHS
	cat >tinyml.yaml <<END
project: links
key: links
device_key: links-device
collect: {source: wav, path: tones, rate_hz: 8000}
label: {from: pattern, pattern: "{label}_{voice}_{take}", group: voice}
train: {filters: 8, blocks: 1, epochs: $1, shift_ms: 0}
targets: [sim]
flash: {board: far}
update: {board: far}
boards:
  far: {type: sim, at: "$far"}
  near: {type: sim, at: "serial:/dev/ttyACM0"}
END
}

mkdir "$scratch/p"
sh tests/lib/tones "$scratch/p/tones" 3 12 2
cd "$scratch/p" || exit 1
tinyml init --name links . >/dev/null 2>&1
project 4
check "the line runs" tinyml run -q

# ---- UDP --------------------------------------------------------------------

asked() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		tinyml device info far || return 1
	done
}
check "ten times asked, ten times answered" asked
check "a first model arrives" tinyml flash -q --to far
project 5
check "the line runs again" tinyml run -q
check "so does its successor" tinyml update -q --to far
check "the board runs the successor" tinyml verify --board far
kill -TERM "$loss"
wait "$loss"
echo "# $(cat "$scratch/lost")"
lossy() {	# at least a fifth of all
	read -r _ passed _ lost <"$scratch/lost"
	[ "$lost" -gt $((${passed%,} / 4)) ]
}
check "packets were lost all the time" lossy

# ---- a connection that ends when the board restarts -------------------------

tinyml-boardsim --flash "$scratch/radio.flash" --tcp 0 --hang-up \
	>"$scratch/radio" &
boards="$boards $!"
cat >>tinyml.yaml <<END
  radio: {type: sim, at: "$(first_line "$scratch/radio")"}
END
check "a restart that ends the connection is lived with" \
	tinyml flash -q --to radio
check "and the model runs" tinyml verify --board radio

# ---- a serial port ----------------------------------------------------------

board ttyACM0 near --die-at 8
check "unplugged while a model is sent, it has disappeared" \
	says 4 "disappeared" mocked timeout 60 tinyml flash -q --to near
: >"$mock_ptys"
board ttyACM0 near
check "plugged in again, it takes the rest" \
	mocked tinyml flash -q --to near
check "and runs the model" mocked tinyml verify --board near
