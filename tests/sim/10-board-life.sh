# The life of a model on the simulated board and on QEMU's M4F and M55: key,
# first model, refusals, kills in the middle, roll-back, replay.
work=$B/tests/board-life
rm -rf "$work" && mkdir -p "$work/sim" "$work/qemu" "$work/mps3"
TINYML_EXEC_PATH=$B/bin
export TINYML_EXEC_PATH

life() {	# at type folder
	timeout 120 "$B/tests/board_life" "$1" "$2" "$3" >"$work/log" 2>&1
	status=$?
	sed "s/^\(ok\|not ok\) - /&$2: /" "$work/log"
	if [ $status != 0 ] && ! grep -q '^not ok' "$work/log"; then
		echo "not ok - $2: ended with status $status"
	fi
}

life sim:life sim "$work/sim"
if [ ! -e "$B/firmware/mps2-an386.elf" ]; then
	echo "ok - boards in QEMU # SKIP no arm-none-eabi-gcc"
elif ! command -v qemu-system-arm >/dev/null; then
	echo "ok - boards in QEMU # SKIP no qemu-system-arm"
else
	life qemu:life mps2-an386 "$work/qemu"
	life qemu:life mps3-an547 "$work/mps3"
fi
