# device: USB devices and serial ports that umockdev shows, with a simulated
# board behind them.
. tests/lib/tap.sh
. tests/lib/mock_usb.sh

lists() {	# LINE...: exactly these of porcelain, tabs written as |
	MOCK_SERIAL=$serial mocked tinyml-device --porcelain |
		tr '\t' '|' >"$scratch/list" || return 1
	cat "$scratch/list"
	printf '%s\n' "$@" | cmp - "$scratch/list"
}

says() {	# STATUS TEXT COMMAND...
	want=$1 text=$2
	shift 2
	"$@" >"$scratch/said" 2>&1
	got=$?
	cat "$scratch/said"
	[ "$got" = "$want" ] && grep -qF -- "$text" "$scratch/said"
}

# ---- identities -------------------------------------------------------------

while read -r id type state; do
	unplug
	plug 1-1 "$id"
	check "$id is $type, $state" lists \
		"usb|1-1|$type|$serial|$state|$id"
done <<END
2e8a:000a pico? running
2e8a:0003 pico? bootloader
2341:805a nano33ble running
2341:005a nano33ble bootloader
239a:0063 nano33ble bootloader
18d1:93ff coral-micro running
1fc9:013d coral-micro bootloader
239a:8033 edgebadge running
239a:0033 edgebadge bootloader
239a:8045 bluefruit running
239a:0045 bluefruit bootloader
2886:802d wio-terminal running
2886:002d wio-terminal bootloader
0955:7020 jetson-nano running
0955:7f21 jetson-nano bootloader
END

for id in 10c4:ea60 1a86:7523 0403:6001 0403:6010 0483:374b; do
	unplug
	plug 1-3 "$id" ttyUSB0 Bridge
	check "the bridge $id is never taken for a board" lists \
		"usb|1-3||$serial|bridge|$id" \
		"serial|/dev/ttyUSB0||Bridge - $serial|bridge|$id"
done

unplug
plug 1-1 046d:c31c
plug 1-4 cafe:4001 ttyACM3 Thing
check "a stranger's device is left out, its port is not" lists \
	"serial|/dev/ttyACM3||Thing - $serial||cafe:4001"

unplug
hub 1-2
plug 1-2.4 2e8a:000a ttyACM1 Pico
plug 1-1 2341:805a ttyACM0 Nano
plug 1-2.1 10c4:ea60 ttyUSB0 CP2102
check "hubs, several at once, sorted" lists \
	"usb|1-1|nano33ble|$serial|running|2341:805a" \
	"usb|1-2.1||$serial|bridge|10c4:ea60" \
	"usb|1-2.4|pico?|$serial|running|2e8a:000a" \
	"serial|/dev/ttyACM0|nano33ble|Nano - $serial|running|2341:805a" \
	"serial|/dev/ttyACM1|pico?|Pico - $serial|running|2e8a:000a" \
	"serial|/dev/ttyUSB0||CP2102 - $serial|bridge|10c4:ea60"

json() {
	mocked tinyml-device --json >"$scratch/json" &&
		[ "$(grep -c '"type": "nano33ble"' "$scratch/json")" = 2 ] &&
		grep -q '"port": "/dev/ttyUSB0"' "$scratch/json" &&
		grep -q '"id": "10c4:ea60"' "$scratch/json"
}
check "the same as JSON" json
text() {
	mocked tinyml-device >"$scratch/text" &&
		grep -qE '^  1-1 +nano33ble .* running +2341:805a$' \
			"$scratch/text" &&
		grep -q '^boards of this project: none$' "$scratch/text"
}
check "the same as text" text

# ---- a board behind a port --------------------------------------------------

board ttyACM0 nano
board ttyUSB0 bridged
knows() {	# COMMAND...
	"$@" --porcelain >"$scratch/info" && cat "$scratch/info" &&
		grep -qx 'type	sim' "$scratch/info" &&
		grep -qx 'slots	2' "$scratch/info"
}
check "a port is asked by its place" \
	knows mocked tinyml-device info serial:/dev/ttyACM0
check "a bridge is asked what is behind it" \
	knows mocked tinyml-device info serial:/dev/ttyUSB0
check "at any speed the port takes" \
	knows mocked tinyml-device --baud 1500000 info serial:/dev/ttyUSB0
check "a pseudo-terminal is asked too" \
	knows tinyml-device info "$(cat "$scratch/nano.said")"

mkdir "$scratch/p"
cat >"$scratch/p/tinyml.yaml" <<'END'
project: p
boards:
  nano:
    type: sim
    at: serial:/dev/ttyACM0
END
check "so is a board of the project by its name" \
	knows mocked tinyml-device -C "$scratch/p" info nano

# 16 kHz of 16 bits over a port of 115,200 baud.
mkdir "$scratch/play"
{
	printf 'RIFF\244>\0\0WAVEfmt \020\0\0\0\001\0\001\0\200>\0\0'
	printf '\0}\0\0\002\0\020\0data\200>\0\0'
	head -c 16000 /dev/zero | tr '\0' 'A'
} >"$scratch/play/a.wav"
board ttyACM0 ears --replay "$scratch/play"
cat >>"$scratch/p/tinyml.yaml" <<'END'
collect: {source: board, board: nano, seconds: 1}
END
too_much() {
	says 1 "needs 488125 bits per second, its link carries 115200" \
		mocked tinyml-collect -C "$scratch/p" --unsigned &&
		[ ! -e "$scratch/p/artifacts" ]
}
check "a sound that the port cannot carry is refused with the figures" too_much
kill "$board"
sed -i '$d' "$mock_ptys"

named() {
	mocked tinyml-device info /dev/ttyACM0 2>&1 |
		grep -q '^hint: .*write serial:/dev/ttyACM0'
}
check "a port without its kind gets a hint" named

# ttyACM1 has nobody behind it.
unplug
plug 1-1 2341:805a ttyACM0 Nano
plug 1-3 10c4:ea60 ttyUSB0 CP2102
plug 1-4 2e8a:000a ttyACM1 Pico
probed() {
	mocked tinyml-device --probe --porcelain |
		cut -f1,2,7,8 >"$scratch/list"
	cat "$scratch/list"
	grep -qx 'serial	/dev/ttyACM0	sim	' "$scratch/list" &&
		grep -qx 'serial	/dev/ttyUSB0	sim	' "$scratch/list" &&
		grep -qx 'serial	/dev/ttyACM1		no answer' \
			"$scratch/list"
}
check "--probe asks all, and says who does not answer" probed

# Both off at once resets an ESP32; DTR off tells a USB stack that we left.
lines_kept() {
	: >"$scratch/lines"
	MOCK_LINES=$scratch/lines \
		mocked tinyml-device info serial:/dev/ttyACM0 &&
		! grep -vx DR "$scratch/lines"
}
check "asking leaves DTR and RTS on" lines_kept
check "a port without a board does not answer" \
	says 4 "does not answer" mocked tinyml-device info serial:/dev/ttyACM1
check "a port that is not there is missing" \
	says 3 "no serial port '/dev/ttyACM9'" \
	mocked tinyml-device info serial:/dev/ttyACM9

# Stopped, so that the question stays open until the plug is pulled.
pulled() {
	board ttyACM1 pulled
	kill -STOP "$board"
	mocked timeout 20 tinyml-device info serial:/dev/ttyACM1 \
		>"$scratch/said" 2>&1 &
	asking=$!
	sleep 1
	kill -9 "$board"
	wait "$asking"
	got=$?
	cat "$scratch/said"
	[ "$got" = 4 ] && grep -q "disappeared" "$scratch/said"
}
check "unplugged while it is asked, it has disappeared" pulled

# ---- many ports, none, and forbidden ones -----------------------------------

unplug
: >"$mock_ptys"
for i in $(seq 40); do plug 1-$i 1a86:7523 ttyUSB$i; done
many() {
	start=$(date +%s)
	mocked tinyml-device --probe --porcelain >"$scratch/list"
	[ "$(grep -c 'no answer$' "$scratch/list")" = 40 ] &&
		[ $(($(date +%s) - start)) -lt 10 ]
}
check "forty silent ports are asked at once" many

unplug
check "without any board it says what to do" \
	says 0 "hint: plug a board in" mocked tinyml-device

plug 1-1 2341:805a
forbidden() {	# as somebody who is not root
	user=
	[ "$(id -u)" != 0 ] || user="setpriv --reuid=65534 --clear-groups"
	chmod 755 "$scratch"
	mocked sh -c "chmod -R a+rwX \$UMOCKDEV_DIR
		chmod 0 \$UMOCKDEV_DIR/dev/bus/usb/001/*
		exec $user tinyml-device" >"$scratch/said" 2>&1
	cat "$scratch/said"
	grep -q '^warning: no permission .* at 1-1 (2341:805a)' \
		"$scratch/said" && grep -q '^hint: a udev rule' "$scratch/said"
}
if [ "$(id -u)" = 0 ] && ! setpriv --reuid=65534 --clear-groups \
	tinyml-device -h >/dev/null 2>&1
then echo "ok - a forbidden device is named # SKIP no other user"
else check "a forbidden device is named, with a hint at udev" forbidden
fi
