#!/bin/sh
# Presets of features from recordings to a board: trained, squeezed, split,
# delivered to a board that is a process, which must compute from the samples
# on what this machine does.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

cd "$work" || exit 1

whole_way() {	# project, one line of keys of features
	rm -rf "$1/artifacts" "$1/.tinyml" "$1/tinyml.lock"
	awk -v new="features: {$2}" '
		/^[a-z]/ { inside = $1 == "features:"; if (inside) print new }
		!inside { print }' "$1.yaml" >"$1/tinyml.yaml"
	tinyml run -q -C "$1" && tinyml flash -q -C "$1" --to demo &&
		tinyml infer -q -C "$1" --part train --on demo >said &&
		n=$(sed -n 's/^demo answered \([1-9][0-9]*\) .*/\1/p' said) &&
		grep "features of $n, outputs of $n, answers of $n\$" said
}

make_tiny sound
cp sound/tinyml.yaml sound.yaml
for preset in 'edge-impulse-v4' 'edge-impulse-v4, block: mfe' \
	'edge-impulse-v4, block: spectrogram, stride_ms: 20, fft_points: 64' \
	'micro-speech' 'htk' \
	'librosa, mel_bands: 40'; do
	check "sound: $preset" \
		whole_way sound "preset: $preset, length_ms: 500"
done

# a sensor of three axes: still lies, shaking swings
make_tiny motion
mkdir motion/rec
for i in 0 1 2 3 4 5 6 7 8 9 10 11; do
	for word in still shake; do
		awk -v OFS=, -v w=$word -v i=$i 'BEGIN {
			print "x", "y", "z"
			for (t = 0; t < 100; t++) {
				x = (w == "shake") * (t % 4 - 1.5)
				print x + (t * i % 7) / 50, i / 10 + t % 11 / 90,
					1 + t % 3 / 40
			} }' \
			>motion/rec/${word}_$i.csv
	done
done
sed -e 's/path: words/source: csv\n  path: rec/' -e 's/16000/100/' \
	-e 's/from: folder/from: pattern\n  pattern: "{label}_{n}"/' \
	motion/tinyml.yaml >motion.yaml
for preset in 'edge-impulse-v4, block: spectral' \
	'edge-impulse-v4, block: wavelet' 'edge-impulse-v4, block: flatten' \
	'raw'; do
	check "motion: $preset" \
		whole_way motion "preset: $preset, length_ms: 1000"
done
