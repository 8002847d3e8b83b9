# What training and answering cost.
. tests/lib/cli.sh
. "$top/tests/lib/bench.sh"
shared=$top/../shared
fsdd=$shared/data/fsdd/recordings
[ -d "$fsdd" ] || { echo "  no ../shared/data/fsdd"; exit; }

tinyml init --name fsdd p >/dev/null 2>&1
cd p || exit
sed -e 's/^  from: .*/  from: pattern/' -e 's/^  rate_hz: .*/  rate_hz: 8000/' \
	-e 's/^  pattern: .*/  pattern: "{label}_{speaker}_{index}"/' \
	-e "s,^  path: .*,  path: $fsdd," -e 's/^  epochs: .*/  epochs: 2/' \
	tinyml.yaml >t
mv t tinyml.yaml
tinyml run -q label >/dev/null 2>&1
samples=$(tinyml show artifacts/label.tar balance.tsv |
	awk 'NR > 1 { n += $2 } END { print n }')
for threads in 1 2; do
	rounds 3 tinyml train -q --threads $threads
	line "train 2 epochs of $samples samples, $threads threads"
done
tinyml squeeze -q >/dev/null 2>&1
tinyml show artifacts/squeeze.tar model.tflite >model.tflite
head -c 49000 /dev/urandom >inputs
infer() {
	tinyml infer model.tflite <inputs
}
rounds 5 infer
line "int8 DS-CNN, 100 answers, reference kernels"
