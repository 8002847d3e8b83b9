#!/bin/sh
# train: the cache of features, changed copies of samples, and recordings that
# are no sound.
. tests/lib/cli.sh

tone() {	# word index waveform
	{
		printf 'RIFF\144\037\000\000WAVEfmt \020\000\000\000\001\000'
		printf '\001\000\100\037\000\000\200\076\000\000\002\000\020'
		printf '\000data\100\037\000\000'
		yes "$3" | head -c 8000
	} >"rec/$1_$2.wav"
}

config() {	# lines of train
	cat <<-EOF2
	project: words
	collect: {path: rec, rate_hz: 8000}
	label: {from: pattern, pattern: "{label}_{index}", group: index}
	features: {length_ms: 500}
	train:
	  filters: 8
	  blocks: 1
	  epochs: 2
	EOF2
	printf '  %s\n' "$@"
}

mkdir p && cd p && mkdir rec || exit 1
for i in 0 1 2 3 4 5 6 7 8 9; do
	tone low $i "abcdefgh${i}ponmlkjihgfedcba"
	tone high $i "zzz  ${i}"
done
config >tinyml.yaml
tinyml collect -q --unsigned && tinyml label -q --unsigned
train="tinyml train -q --unsigned"

check "training fills the cache" sh -c \
	"$train && [ \$(find .tinyml/cache/features -type f | wc -l) = 3 ]"
cp artifacts/train.tar first.tar
check "from the cache the model is the same" sh -c \
	"$train && cmp artifacts/train.tar first.tar"
for f in .tinyml/cache/features/*; do
	head -c 100 "$f" >cut && mv cut "$f"
done
check "a damaged cache is not believed" sh -c \
	"$train && cmp artifacts/train.tar first.tar"
rm -rf .tinyml && : >.tinyml
check "a cache that cannot be written is done without" sh -c \
	"tinyml train -q --unsigned --threads 1 && cmp artifacts/train.tar first.tar"
rm .tinyml
config 'augment: {speed: 10, noise_db: 10, tilt_db: 6, gain_db: 6,' \
	'  variants: 3, time_mask: 20, band_mask: 20}' >tinyml.yaml
check "changed copies make another model" sh -c \
	"$train && ! cmp -s artifacts/train.tar first.tar"
cp artifacts/train.tar first.tar
check "which one thread makes too" sh -c \
	"rm -rf .tinyml && $train --threads 1 && cmp artifacts/train.tar first.tar"
config 'augment: {flip: yes}' >tinyml.yaml
check "sound is not mirrored" \
	fails 3 "train.augment.flip does not go with these recordings" $train

# a sensor of three axes: still lies, shaking swings
rm -rf rec artifacts labels && mkdir rec
for i in 0 1 2 3 4 5 6 7 8 9; do
	for word in still shake; do
		echo x,y,z
		awk -v OFS=, -v w=$word -v i=$i 'BEGIN { for (t = 0; t < 50; t++)
			print (w == "shake") * (t % 4 - 1.5), i / 10, 1 }'
	done >rec/both
	split -l 51 rec/both rec/part && mv rec/partaa rec/still_$i.csv &&
		mv rec/partab rec/shake_$i.csv && rm rec/both
done
sensor() {	# lines of train
	config "$@" | sed -e 's/path: rec,/source: csv, path: rec,/' \
		-e 's/8000}/50, full_scale: [4]}/' \
		-e 's/{length_ms: 500}/{preset: raw, length_ms: 1000}/'
}
sensor 'augment: {turn: 20, scale: 10, warp: 20, jitter: 5, time_mask: 10}' \
	>tinyml.yaml
tinyml collect -q --unsigned && tinyml label -q --unsigned
check "a sensor's samples are trained with" $train
cp artifacts/train.tar first.tar
check "by one thread alike" sh -c \
	"$train --threads 1 && cmp artifacts/train.tar first.tar"
sensor 'augment: {tilt_db: 6}' >tinyml.yaml
check "a sensor has no microphone" \
	fails 3 "train.augment.tilt_db does not go" $train

# what lies still is normal; shaking is not
sensor 'network: autoencoder' 'anomaly: {clusters: 2}' >tinyml.yaml
check "without label.normal nothing is strange" \
	fails 3 "name the normal label in label.normal" $train
sed -i 's/group: index/group: index, normal: still/' tinyml.yaml
rm -rf labels && tinyml label -q --unsigned
tinyml train --unsigned >said 2>&1
check "an autoencoder tells shaking from lying still" \
	grep -q "anomalies of test: AUC 1.0000" said
check "both scores are reported" sh -c \
	"tar xOf artifacts/train.tar metrics.json | tr -d ' \n' |
	 grep -q '\"rebuild\":{\"threshold\".*\"kmeans\":{\"threshold\"'"
sed -i 's/network: autoencoder/network: mlp/' tinyml.yaml
check "no classifier without anomalies to train with" \
	fails 3 "class 'anomalous' has no training samples" $train
