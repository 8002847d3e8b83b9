#!/bin/sh
# Training on this machine beside PyTorch: samples a second of full steps
# (forward, back, AdamW), the best of alternated rounds; PyTorch at its best of
# batches 16 and 64 and of both memory formats, ours with batch 16.  One thread
# counts processor time, two the clock.  PEER_PYTHON is a Python with PyTorch;
# without it only our own figures are printed.  ROUNDS, SECONDS_EACH: how long.
B=${B:-build}
out=$B/tests/bench/train
python=${PEER_PYTHON:-/usr/bin/python3}
rounds=${ROUNDS:-1}
seconds=${SECONDS_EACH:-2}
here=tests/bench/train

mkdir -p "$out"
${CC:-gcc} -std=gnu17 -O2 -ffp-contract=off -D_GNU_SOURCE -Ilib $SAN \
	-o "$out/train" $here/train.c "$B/libtinyml.a" \
	$(pkg-config --libs libsodium) -lm -lpthread || exit 1

# Keep the larger first field of file $1 and the line "$2 ...".
larger()
{
	[ -n "$2" ] || return 0
	old=$(cut -d' ' -f1 "$1" 2>/dev/null)
	[ "${old:-0}" -ge "${2%% *}" ] || echo "$2" >"$1"
}

peer()
{
	for batch in 16 64; do
		for format in contiguous channels_last; do
			larger "$out/peer" "$("$python" $here/peer.py "$1" \
				$batch "$2" "$seconds" $format 2>/dev/null)"
		done
	done
}

row()
{
	rm -f "$out/ours" "$out/peer"
	for round in $(seq "$rounds"); do
		larger "$out/ours" "$("$out/train" "$1" 16 "$2" "$seconds")"
		peer "$1" "$2"
	done
	[ -s "$out/peer" ] || echo "0 0" >"$out/peer"
	cat "$out/ours" "$out/peer" | tr '\n' ' ' | awk -v net="$1" \
		-v threads="$2" '{
		printf "%-13s %7d | %8d %8s %6s | %6.1f %7s %6s | %5.1f\n",
			net, threads, $1, $4 ? $4 : "-",
			$4 ? sprintf("%.1fx", $1 / $4) : "-", $2 / 1024,
			$5 ? sprintf("%.0f", $5 / 1024) : "-",
			$5 ? sprintf("1/%.0f", $5 / $2) : "-", $3 }'
}

echo 'samples a second; peak memory in MB; milliseconds from the call to the'
echo 'end of the first step'
printf '%-13s %7s | %8s %8s %6s | %6s %7s %6s | %5s\n' net threads ours \
	PyTorch ratio ours PyTorch ratio first
row ds-cnn 1
row ds-cnn 2
row resnet8 1
row mobilenet-v1 1
