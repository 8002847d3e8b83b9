# An update under power cuts: at every flash operation on the simulated board,
# at CUTS random moments on QEMU (the soak takes more; SEED chooses them).
work=$B/tests/board-cuts
rm -rf "$work" && mkdir -p "$work/sim" "$work/qemu"
TINYML_EXEC_PATH=$B/bin
export TINYML_EXEC_PATH

run() {	# name arguments
	name=$1
	shift
	timeout 600 "$B/tests/board_cuts" "$@" >"$work/log" 2>"$work/err"
	status=$?
	sed "s/^\(ok\|not ok\) - /&$name: /" "$work/log"
	if [ $status != 0 ] && ! grep -q '^not ok' "$work/log"; then
		cat "$work/err"
		echo "not ok - $name: ended with status $status"
	fi
}

run sim every "$(pwd)/$B/bin/tinyml-boardsim" "$(pwd)/$work/sim"
if [ ! -e "$B/firmware/mps2-an386.elf" ] ||
	! command -v qemu-system-arm >/dev/null; then
	echo "ok - qemu # SKIP no qemu-system-arm or no firmware"
else
	run qemu random qemu:cuts mps2-an386 "$(pwd)/$work/qemu" \
		"${CUTS:-8}" "${SEED:-1}"
fi
