#!/bin/sh
# Every model there is, with every vector file beside it, every way it runs on
# this machine: the file, model images for the reference and the Cortex-M4
# kernels, and emitted C.  Integer answers are the bytes of the vectors; float
# ones are near them, and the same each way.  A model without vectors runs or
# is refused for a reason that cannot be helped.
B=${B:-build}
PATH=$(pwd)/$B/bin:$PATH
export PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

emit=$B/tests/emit
if [ ! -x "$emit" ]; then
	echo "ok - models # SKIP no $emit: make unit"
	exit 0
fi

# The kernels, compiled once as a user of the emitted C would.
mkdir "$work/kern"
for c in lib/kern/ops.c lib/kern/overlap.c lib/kern/ref/*.c lib/kern/f32/*.c \
	tests/board/native.c; do
	echo "$c"
done | xargs -P "$(nproc)" -I{} sh -c 'gcc -std=gnu17 -O2 -ffp-contract=off \
	-Ilib -Itests/board -c -o "$1/$(echo "$2" | tr / _).o" "$2"' - \
	"$work/kern" {}

say() {	# status what
	[ "$1" = 0 ] && echo "ok - $2" || echo "not ok - $2"
}

is_float() {	# model
	tinyml infer --info "$1" | grep -q '^output.* float32\['
}

# Are two files of floats near each other?  An autoencoder's outputs are large,
# and so is what its sums lose.
near() {	# answer want name
	case $3 in ad01_*) least=3.2e-4 ;; *) least=1e-5 ;; esac
	od -An -v -tf4 -w4 "$1" >"$work/answer.text"
	od -An -v -tf4 -w4 "$2" >"$work/want.text"
	paste "$work/answer.text" "$work/want.text" | awk -v least=$least '
		NF != 2 { bad = 1 }
		{
			off = $1 - $2; size = $2
			if (off < 0) off = -off
			if (size < 0) size = -size
			if (!(off <= least + 1e-5 * size)) bad = 1
		}
		END { exit bad || !NR }'
}

right() {	# answer want model
	if is_float "$3"; then
		near "$1" "$2" "$(basename "$3")"
	else
		cmp -s "$1" "$2"
	fi
}

emitted() {	# set
	gcc -std=gnu17 -O0 -ffp-contract=off -Ilib -Itests/board \
		-o "$work/$1.net" "$work/$1.c" "$work"/kern/*.o -lm
}

vectors() {	# model in
	name=$(basename "$2" .in.bin) want=${2%.in.bin}.out.bin
	case $name in *_stream) stream=stream ;; *) stream= ;; esac
	tinyml infer ${stream:+--stream} "$1" <"$2" >"$work/file" &&
		right "$work/file" "$want" "$1"
	say $? "$name: the file gives the vectors"
	for set in $sets; do
		tinyml infer ${stream:+--stream} "$work/$set.img" <"$2" |
			cmp -s - "$work/file"
		say $? "$name: so does the image for $set"
	done
	"$work/${sets%% *}.net" $stream <"$2" | cmp -s - "$work/file"
	say $? "$name: so does emitted C"
}

with_vectors() {	# model vectors...
	model=$1
	shift
	sets='ref m4'
	is_float "$model" && sets=host
	for set in $sets; do
		"$emit" "$model" $set "$work/$set" >/dev/null 2>"$work/said" ||
			say 1 "$model for $set: $(cat "$work/said")"
	done
	emitted "${sets%% *}" 2>"$work/said" ||
		say 1 "$model as C: $(head -3 "$work/said")"
	for in; do
		vectors "$model" "$in"
	done
}

# Nothing but these may be refused.
reason='Ethos-U|hybrid model'

without_vectors() {	# model
	if tinyml infer --info "$1" >"$work/out" 2>"$work/said"; then
		say 0 "$(basename "$1") is taken"
	else
		grep -qE "$reason" "$work/said" &&
			grep -q '^error: operation [0-9]' "$work/said" &&
			grep -q '^hint:' "$work/said"
		say $? "$(basename "$1") is refused for a good reason"
	fi
}

for model in testdata/model/*.tflite ../shared/models/*.tflite; do
	[ -e "$model" ] || continue
	name=$(basename "$model" .tflite)
	set --
	for in in "$(dirname "$model")/vectors/$name".*.in.bin \
		"${model%.tflite}.in.bin"; do
		[ -e "$in" ] && set -- "$@" "$in"
	done
	if [ $# = 0 ]; then
		without_vectors "$model"
	else
		with_vectors "$model" "$@"
	fi
done
[ -d ../shared/models ] || echo "ok - reference models # SKIP no ../shared"
