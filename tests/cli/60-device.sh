#!/bin/sh
# device: what it lists, how it fails, and the simulated board up and down.
B=${B:-build}
bin=$(pwd)/$B/bin
work=$(mktemp -d)
trap '"$bin/tinyml-device" -C "$work/p" down one >/dev/null 2>&1
	rm -rf "$work"' EXIT
device=$bin/tinyml-device

check() {	# name command...
	name=$1
	shift
	if "$@" >"$work/out" 2>"$work/err"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		sed 's/^/# /' "$work/out" "$work/err"
	fi
}

fails() {	# status text command...
	want=$1 text=$2
	shift 2
	"$@" >"$work/said" 2>&1
	got=$?
	[ "$got" = "$want" ] && grep -qF -- "$text" "$work/said" || {
		echo "exit $got, not $want with '$text':"
		cat "$work/said"
		return 1
	}
}

mkdir "$work/p"
cat >"$work/p/tinyml.yaml" <<'END'
project: p
boards:
  one:
    type: sim
    at: sim:one
  two:
    type: mps2-an386
    at: tcp:127.0.0.1:1
END

lists_types() {
	"$device" --list-types --porcelain >"$work/types" &&
		[ "$(wc -l <"$work/types")" = 21 ] &&
		[ "$(cut -f1 "$work/types" | sort -u | wc -l)" = 21 ] &&
		grep -q '^mps2-an386	cortex-m4f	' "$work/types"
}
check "--list-types names 21 boards" lists_types

lists() {
	"$device" -C "$work/p" --porcelain >"$work/list" &&
		grep -q '^board	one	sim	sim:one	down' "$work/list"
}
check "the project's boards are listed" lists
check "an unknown board is named" fails 3 "no board 'three'" \
	"$device" -C "$work/p" info three
check "an unknown action is wrong usage" fails 2 "'fly'" \
	"$device" -C "$work/p" fly one
check "a missing operand is wrong usage" fails 2 "needs a board" \
	"$device" info
check "a place nobody knows is wrong usage" fails 2 "how to reach" \
	"$device" info bogus:x
check "nobody listening is said" fails 4 "cannot connect" \
	"$device" -C "$work/p" info two
check "so is a datagram nobody takes" fails 4 "does not answer" \
	"$device" info udp:127.0.0.1:1
check "and a socket nobody has" fails 4 "cannot connect" \
	"$device" info "unix:$work/none"
check "a real board cannot be started" fails 2 "not an emulated one" \
	"$device" -C "$work/p" up two
check "a board that ends has disappeared" fails 4 "disappeared" \
	"$device" info exec:true
check "a board that repeats us does not answer" fails 4 "other requests" \
	"$device" info exec:cat

# A command that is killed takes the board it started with it.
dies_with_us() {
	"$device" info "exec:sleep 77" &
	command=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		child=$(cat "/proc/$command/task/$command/children")
		child=${child% }
		[ -n "$child" ] && grep -q sleep "/proc/$child/comm" && break
		sleep 0.1
	done
	kill -9 "$command"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		grep -q '^State:.[^ZX]' "/proc/$child/status" 2>/dev/null ||
			return 0
		sleep 0.1
	done
	return 1
}
if [ -e "/proc/$$/task/$$/children" ]
then check "a killed command leaves no board behind" dies_with_us
else echo "ok - a killed command leaves no board behind # SKIP no /proc"
fi

if [ ! -x "$bin/tinyml-boardsim" ]; then
	echo "ok - the simulated board answers # SKIP not built"
	exit
fi

answers() {
	"$device" -C "$work/p" --porcelain info one >"$work/info" &&
		grep -qx 'type	sim' "$work/info" &&
		grep -qx 'slots	2' "$work/info" &&
		grep -qx 'model_state	none' "$work/info"
}
check "the simulated board answers" answers
dies_talking() {
	echo bad >"$work/p/.tinyml/boards/bad.flash"
	fails 4 "disappeared: boardsim: flash file" \
		"$device" -C "$work/p" info sim:bad &&
		grep -q "^boardsim: " "$work/p/.tinyml/boards/bad.log" &&
		[ "$(grep -c boardsim: "$work/said")" = 1 ]
}
check "last words of an emulator are kept and told" dies_talking
by_place() {	# OPTIONS...: asked where the first line says it is
	: >"$work/place"
	"$bin/tinyml-boardsim" --flash "$work/place.flash" "$@" \
		>"$work/place" &
	simulated=$!
	for _ in $(seq 50); do
		[ -s "$work/place" ] && break
		sleep 0.1
	done
	"$device" --porcelain info "$(cat "$work/place")" >"$work/info"
	kill "$simulated"
	grep -qx 'type	sim' "$work/info"
}
check "a place instead of a name: tcp" by_place --tcp 0
check "a place instead of a name: udp" by_place --udp 0
check "a place instead of a name: pty" by_place --pty
check "down needs one that is up" fails 3 "is not kept running" \
	"$device" -C "$work/p" down one
check "up keeps it running" "$device" -C "$work/p" up one
check "twice is refused" fails 4 "running already" \
	"$device" -C "$work/p" up one
check "it answers while it is up" answers
is_up() {
	"$device" -C "$work/p" --porcelain |
		grep -q '^board	one	sim	sim:one	up'
}
check "the list says so" is_up
check "down stops it" "$device" -C "$work/p" down one
check "the list says that too" lists

if [ ! -e "$B/firmware/mps2-an386.elf" ] ||
   ! command -v qemu-system-arm >/dev/null; then
	echo "ok - QEMU's board answers # SKIP no qemu-system-arm or firmware"
	exit
fi
emulated() {
	"$device" -C "$work/p" --porcelain info qemu:three \
		>"$work/info" 2>"$work/talk" &&
		grep -qx 'type	mps2-an386' "$work/info" &&
		grep -qx 'core	cortex-m4f' "$work/info"
}
check "QEMU's board answers" emulated
silent() {
	[ -e "$work/talk" ] && [ ! -s "$work/talk" ]
}
check "QEMU says nothing of its own" silent
