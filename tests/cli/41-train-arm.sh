#!/bin/sh
# The training engine built for 64-bit Arm (NEON) and for this machine gives
# the same bytes of a trained net that has every kind of layer.
cc=aarch64-linux-gnu-gcc
run=qemu-aarch64
what='a net trained with NEON has the bytes of this machine'"'"'s'

for tool in $cc $run; do
	command -v $tool >/dev/null || {
		echo "ok - $what # SKIP no $tool"
		exit 0
	}
done
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
names='arena error fmath pool rng text'
sources=$(for n in $names; do echo "lib/base/$n.c"; done)
names='isa net plan arena start scratch pass norm window loss model infer
	optimise step plain/plain'
sources="$sources lib/plan/offsets.c lib/train/layer_*.c $(for n in $names; do
	echo "lib/train/$n.c"; done)"
flags='-std=gnu17 -O2 -ffp-contract=off -D_GNU_SOURCE -Ilib'
# shellcheck disable=SC2086
$cc $flags -static -o "$out/arm" tests/lib/train_bytes.c $sources \
	lib/train/neon/neon.c lib/train/arm64/isas.c -lm -lpthread &&
	${CC:-gcc} $flags -o "$out/here" tests/lib/train_bytes.c $sources \
		lib/train/plain/isas.c -lm -lpthread &&
	$run "$out/arm" >"$out/arm.bytes" &&
	"$out/here" >"$out/here.bytes" &&
	[ -s "$out/arm.bytes" ] &&
	cmp "$out/arm.bytes" "$out/here.bytes" &&
	echo "ok - $what" || echo "not ok - $what"
