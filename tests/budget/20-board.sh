# What the board's firmware may cost.  Each line: name, measured, limit.
elf=$B/firmware/mps2-an386.elf
objects=$B/firmware/mps2-an386
if [ ! -e "$elf" ]; then
	echo "ok - board budgets # SKIP no arm-none-eabi-gcc"
	exit 0
fi

within() {	# name measured limit
	if [ -n "$2" ] && [ "$2" -le "$3" ]; then
		echo "ok - $1: $2 of at most $3"
	else
		echo "not ok - $1: $2 of at most $3"
	fi
}

size() {	# column of `size` (1 text, 2 data, 3 bss), files
	column=$1
	shift
	arm-none-eabi-size "$@" | awk -v c="$column" \
		'NR > 1 { sum += $c } END { print sum }'
}

# every kind of feature recipe is in it: any model must find its own
within "firmware, bytes of code and constants" "$(size 1 "$elf")" 94208
# the 12 kB of stack are part of the ELF's bss
within "firmware, bytes of RAM with stack" "$(size 3 "$elf")" 204800
within "Ed25519 with SHA-512, bytes of code" "$(size 1 \
	"$objects"/mcu/crypto/ed25519.o "$objects"/mcu/crypto/fe25519.o \
	"$objects"/mcu/crypto/sha512.o)" 8192
within "agent and boot, bytes of code" "$(size 1 \
	"$objects"/mcu/agent/*.o "$objects"/mcu/boot/*.o)" 12288

bench=$B/tests/board_bench.elf
if [ ! -e "$bench" ] || ! command -v qemu-system-arm >/dev/null; then
	echo "ok - instructions # SKIP no qemu-system-arm"
	exit 0
fi
log=$B/tests/board-bench.log
timeout 60 qemu-system-arm -M mps2-an386 -kernel "$bench" -display none \
	-monitor none -nic none -serial stdio -icount shift=0 \
	-semihosting-config enable=on,target=native \
	</dev/null >"$log" 2>/dev/null
figure() { awk -v n="$1" '$1 == n { print $2 }' "$log"; }
[ "$(figure verify_valid)" = 1 ] && echo "ok - the M4 finds it valid" ||
	echo "not ok - the M4 finds it valid"
within "verify, bytes of stack" "$(figure verify_stack)" 4096
within "verify, instructions" "$(figure verify_instructions)" 2000000
within "SHA-256, instructions per byte" "$(figure sha256_per_byte)" 80
