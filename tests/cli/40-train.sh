#!/bin/sh
# train: what comes out, that nothing but the inputs shapes it, what is
# refused.
. tests/lib/cli.sh

refuses() {	# status text command...: and nothing is written
	rm -f artifacts/train.tar
	fails "$@" && [ -z "$(ls artifacts | grep train)" ]
}

# word_index.wav: half a second of a waveform over and over, 8 kHz, 16 bit
take() {	# word index waveform
	{
		printf 'RIFF\144\037\000\000WAVEfmt \020\000\000\000\001\000'
		printf '\001\000\100\037\000\000\200\076\000\000\002\000\020'
		printf '\000data\100\037\000\000'
		yes "$3" | head -c 8000
	} >"$4/$1_$2.wav"
}

config() {	# lines added
	cat <<-EOF
	project: words
	key: words
	collect:
	  path: rec
	  rate_hz: 8000
	label:
	  from: pattern
	  pattern: "{label}_{index}"
	  group: index
	  test_where: "index=0-2"
	  validation_where: "index=3-4"
	features:
	  length_ms: 500
	train:
	  filters: 20
	  blocks: 1
	  epochs: 6
	  batch: 8
	EOF
	printf '%s\n' "$@"
}

tinyml init --name words "$work/p" >/dev/null 2>&1
cd "$work/p" || exit 1
mkdir rec
for i in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
	take low $i "abcdefgh${i}ponmlkjihgfedcba" rec
	take mid $i "aZ0${i}zA" rec
	take high $i "zzz  ${i}" rec
done
config >tinyml.yaml
tinyml collect -q && tinyml label -q

check "a model is trained" tinyml train
check "the artifact verifies" tinyml verify artifacts/train.tar
check "it holds model, recipe, words and figures" sh -c \
	"[ \"\$(tar tf artifacts/train.tar | tail -n +3 | tr '\n' ' ')\" = \
	'classes.txt confusion.svg confusion.tsv curves.svg features.bin features.yaml metrics.csv metrics.json model.tflite network.txt ' ]"
check "classes are in the labels' order" sh -c \
	"[ \"\$(tar xOf artifacts/train.tar classes.txt | tr '\n' ' ')\" = \
	'high low mid ' ]"
check "there is one line of history an epoch" sh -c \
	"[ \$(tar xOf artifacts/train.tar metrics.csv | wc -l) = 7 ]"
check "the confusion matrix counts every test sample" sh -c \
	"[ \$(tar xOf artifacts/train.tar confusion.tsv | tail -n +2 |
	 awk '{ n += \$2 + \$3 + \$4 } END { print n }') = 9 ]"
check "the parts are counted" sh -c \
	"tar xOf artifacts/train.tar metrics.json | grep -q '\"samples\": 33'"
cp artifacts/train.tar "$work/first.tar"

same() {	# options
	tinyml train -q "$@" && cmp artifacts/train.tar "$work/first.tar"
}

check "one thread makes the same bytes" same --threads 1
check "seven threads make the same bytes" same --threads 7
check "plain arithmetic makes the same bytes" same --isa plain
for isa in avx2 avx512; do
	tinyml train -q --isa $isa >"$work/said" 2>&1
	if grep -q 'this processor has no' "$work/said"; then
		echo "ok - $isa makes the same bytes # SKIP not here"
	else
		check "$isa makes the same bytes" same --isa $isa
	fi
done

elsewhere() {
	cp -r "$work/p" "$work/q" && cd "$work/q" &&
		rm -r artifacts && mkdir artifacts && tinyml collect -q &&
		tinyml label -q && same
}
check "another folder makes the same bytes" elsewhere

seeded() {
	config '  seed: 2' >tinyml.yaml
	tinyml train -q
	! cmp -s artifacts/train.tar "$work/first.tar"
}
check "another seed makes another model" seeded

sizes() {
	config >tinyml.yaml
	tinyml train --dry-run >plan && tinyml train -q && tinyml squeeze >made
	grep -q '^ *all  *1503 *82860$' plan &&
		grep ' 1x1 20 norm relu' plan | grep -q ' 420 *24000$' &&
		[ "$(grep '^mps2' plan)" = "$(grep '^mps2' made)" ]
}
check "the size on a target is known before training" sizes
small() {
	config '  filters: 400' '  epochs: 1' | grep -v 'filters: 20\|: 6' >tinyml.yaml
	echo 'targets: [microbit]' >>tinyml.yaml
	fails 1 "19008 are missing" tinyml train --dry-run &&
		tinyml train 2>said && grep -q "warning: .* 19008 are" said
}
check "a network that does not fit is told of before training" small
config >tinyml.yaml

check "an unknown instruction set is wrong usage" \
	refuses 2 "'sse9' is not an instruction set we know" tinyml train --isa sse9
check "an input of another stage is refused" \
	refuses 3 "artifacts/collect.tar" tinyml train artifacts/collect.tar

mkdir two two/a two/b
for i in 1 2 3 4; do
	for c in a b; do
		printf "t,x\n0,$i\n10,2\n" >two/$c/$i.csv
	done
done
tables() {
	tinyml collect -q --source csv --rate 100 -o tables.tar two &&
	tinyml label -q --from folder --labels two.tsv -o named.tar tables.tar
	fails 3 "audio at 100 Hz: features work from 1000" \
		tinyml train --input tables.tar -o m.tar named.tar
}
check "tables are no sound" tables
check "an operand that is not there" refuses 3 \
	"cannot open 'none.tar'" tinyml train none.tar
check "is not what run makes" sh -c '! grep -q hint "$0"' "$work/.said"

other() {
	config '  optimiser: sgd' '  schedule: cosine' '  warm_up: 0.1' \
		'  rate: 0.05' '  clip: 1' '  ema: 0.9' \
		'  class_weights: balanced' >tinyml.yaml
	tinyml train -q --threads 1 && cp artifacts/train.tar one.tar &&
		tinyml train -q --threads 7 && cmp artifacts/train.tar one.tar &&
		tar xOf one.tar metrics.csv | tail -1 | grep -q ',2e-07$'
}
check "another optimiser and schedule train to the same bytes" other

config '  rate: 0' >tinyml.yaml
check "a rate of nothing is refused" refuses 3 "rate" tinyml train
config '  network: resnet9' >tinyml.yaml
check "an unknown network is refused" refuses 3 "resnet8" tinyml train
config '  network: autoencoder' >tinyml.yaml
check "a network without classes is refused" refuses 3 \
	"labels do not say what is normal" tinyml train

mislaid() {
	config '  layers:' '    - conv 10x4/2 8 norm relu' \
		'    - depthwise 3x3 nor relu' >tinyml.yaml
	refuses 3 "line 21, column 21" tinyml train &&
		grep -q "did you mean 'norm'" "$work/.said"
}
check "a mistake in a list of layers is shown where it is" mislaid

listed() {
	config '  network: ds-cnn' >tinyml.yaml
	tinyml train -q && tar xOf artifacts/train.tar model.tflite >named
	config '  layers:' '    - conv 10x4/2 20 norm relu' \
		'    - depthwise 3x3 norm relu' '    - conv 1x1 20 norm relu' \
		'    - global-pool' '    - dropout 0.2' '    - dense classes' \
		>tinyml.yaml
	tinyml train -q && tar xOf artifacts/train.tar model.tflite |
		cmp - named
}
check "a list of layers makes the bytes of the network by name" listed
exit 0
