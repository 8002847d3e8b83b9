# mock_usb.sh - sourced behind tap.sh by tests of USB devices and serial
# ports that are not there: umockdev shows them to libusb and libserialport.
#
#   hub PORT                        for "1-2.4" to have a place
#   plug PORT ID [TTY [PRODUCT]]    a device "2e8a:000a" at "1-2" or "1-2.4",
#                                   with a serial port "ttyACM0" when named
#   unplug                          all of them
#   board TTY NAME [OPTION...]      the simulated board NAME behind that port;
#                                   its process is $board
#   mocked COMMAND...               run it where those devices are
#
# A device's number follows from its port; all say the serial number $serial.
command -v umockdev-run >/dev/null || skip_all "umockdev is missing"
[ -x "$B/bin/tinyml-boardsim" ] || skip_all "no simulated board"
# what umockdev preloads runs before the sanitizer is ready
[ -z "$SAN" ] || skip_all "umockdev and the address sanitizer do not mix"

serial=E66038B713
mock_devices=$scratch/devices mock_ptys=$scratch/ptys
mock_ioctl=$scratch/mock_ioctl.so
: >"$mock_devices"
: >"$mock_ptys"
${CC:-gcc} -Wall -Wextra -O1 -shared -fPIC -o "$mock_ioctl" \
	tests/lib/mock_ioctl.c || skip_all "cannot compile mock_ioctl.c"

boards= class=00
trap 'for board in $boards; do kill -9 "$board"; done 2>/dev/null
	rm -rf "$scratch"' EXIT

unplug() {
	: >"$mock_devices"
}

plug() {
	port=$1 vid=${2%:*} pid=${2#*:} tty=${3-} product=${4-Gadget}
	number=$(echo "$port" | tr -d .-)
	dir=/devices/pci0000:00/usb1/$port
	little=$(echo "$vid$pid" | sed 's/\(..\)\(..\)\(..\)\(..\)/\2\1\4\3/')
	cat >>"$mock_devices" <<END
P: $dir
N: bus/usb/001/$(printf %03d "$number")
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
E: DEVNAME=/dev/bus/usb/001/$(printf %03d "$number")
E: BUSNUM=001
E: DEVNUM=$(printf %03d "$number")
A: busnum=1\n
A: devnum=$number\n
A: speed=12\n
A: bConfigurationValue=1\n
A: bDeviceClass=$class\n
A: idVendor=$vid\n
A: idProduct=$pid\n
A: serial=$serial\n
A: product=$product\n
H: descriptors=12010002${class}000040${little}000101020301090212000101008032090400000000000000

END
	[ -n "$tty" ] || return 0
	cat >>"$mock_devices" <<END
P: $dir/$port:1.0
E: DEVTYPE=usb_interface
E: SUBSYSTEM=usb
A: bInterfaceNumber=00\n

P: $dir/$port:1.0/tty/$tty
N: $tty
E: SUBSYSTEM=tty
E: DEVNAME=/dev/$tty
E: MAJOR=166
E: MINOR=0
L: device=../../../$port:1.0

END
}

hub() {
	class=09
	plug "$1" 0424:2514
	class=00
}

board() {
	tty=$1 said=$scratch/$2.said
	flash=$scratch/$2.flash
	shift 2
	: >"$said"
	tinyml-boardsim --flash "$flash" --pty "$@" >"$said" &
	board=$! boards="$boards $!"
	for _ in $(seq 50); do
		[ -s "$said" ] && break
		sleep 0.1
	done
	echo "$tty $(sed -n 's/^pty://p' "$said")" >>"$mock_ptys"
}

# umockdev shows each port as a pty of its own: put the boards' there.
mocked() {
	umockdev-run -d "$mock_devices" -- sh -c '
		ptys=$1 shim=$2
		shift 2
		while read -r tty pty; do
			[ ! -h "$UMOCKDEV_DIR/dev/$tty" ] ||
				ln -sfn "$pty" "$UMOCKDEV_DIR/dev/$tty"
		done <"$ptys"
		LD_PRELOAD=$shim:$LD_PRELOAD exec "$@"
	' sh "$mock_ptys" "$mock_ioctl" "$@"
}
