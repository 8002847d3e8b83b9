# train: a network that starts from an earlier model, of another project.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

cd "$work" || exit 1
make_tiny p
tinyml collect -q -C p && tinyml label -q -C p && tinyml train -q -C p

# the same key, and one class more
make_tiny q
mkdir q/words/mid
for f in q/words/high/*; do
	one_word mid "$((n += 31))" >"q/words/mid/${f##*/}"
done
cp q/tinyml.yaml plain.yaml
cp p/artifacts/train.tar q/first.tar
tinyml collect -q -C q && tinyml label -q -C q

starts() {	# lines below train:
	{
		sed '/^squeeze:/,$d' plain.yaml
		printf '  %s\n' "$@"
		sed -n '/^squeeze:/,$p' plain.yaml
	} >q/tinyml.yaml
}
refuses() {	# text lines...
	text=$1
	shift
	starts "$@"
	rm -f q/artifacts/train.tar
	fails 3 "$text" tinyml train -C q && [ ! -e q/artifacts/train.tar ]
}

transferred() {
	starts 'start: first.tar' 'freeze: 3'
	tinyml train -q -C q && tinyml verify -C q q/artifacts/train.tar &&
		[ "$(tar xOf q/artifacts/train.tar classes.txt | wc -l)" = 3 ] &&
		tar xOf q/artifacts/train.tar network.txt | grep 'dense 3'
}
same() {
	cp q/artifacts/train.tar one.tar
	tinyml train -q -C q --threads 7 && cmp q/artifacts/train.tar one.tar &&
		tinyml train -q -C q --isa plain &&
		cmp q/artifacts/train.tar one.tar
}
differs() {
	starts 'start: first.tar'
	tinyml train -q -C q && ! cmp -s q/artifacts/train.tar one.tar
}
listed() {
	tinyml train --dry-run -C q | grep 'dense 3'
}
from_file() {
	starts 'start: first.tflite' 'freeze: 3'
	tar xOf q/first.tar model.tflite >q/first.tflite
	tinyml train -q -C q
	for t in one.tar q/artifacts/train.tar; do
		tar xOf $t model.tflite >"${t##*/}.tflite"
	done
	cmp one.tar.tflite train.tar.tflite
}
goes_on() {	# squeeze takes it
	tinyml squeeze -q -C q
}
renewed() {
	tinyml run -q -C q train
	says "up to date" tinyml run -C q train
	sed -i 's/^  patience: 8/&\n  seed: 5/' p/tinyml.yaml
	tinyml train -q -C p &&
		tar xOf p/artifacts/train.tar model.tflite >q/first.tflite &&
		! tinyml status -C q >said
	grep "the file of train.start changed" said
}
damaged() {
	cp q/first.tar kept.tar
	printf x | dd of=q/first.tar bs=1 seek=3000 conv=notrunc 2>/dev/null
	refuses "first.tar" 'start: first.tar'
	got=$?
	cp kept.tar q/first.tar
	return $got
}

check "a model with one class more starts from a model.tar" transferred
check "by any threads and instructions alike" same
check "without freeze it is another" differs
check "the table shows what will be trained" listed
check "a .tflite gives the same model as its artifact" from_file
check "and is squeezed as any" goes_on
check "another file makes the stage stale" renewed
check "a file that is not there" refuses "none.tar" 'start: none.tar'
check "a file that is no model" refuses "hosts" 'start: /etc/hosts'
check "an artifact of another stage" refuses "label.tar" \
	'start: artifacts/label.tar'
check "an artifact that was changed" damaged
check "nothing left to train" refuses "nothing is left to train" \
	'start: first.tar' 'freeze: 20'
check "freeze without a start" refuses "no weights to keep" 'freeze: 2'
check "a start beside a list of layers" refuses "train.layers" \
	'start: first.tar' 'layers: [dense classes]'
shorter() {
	starts 'start: first.tar'
	sed -i 's/length_ms: 500/length_ms: 400/' q/tinyml.yaml
	fails 3 "its input is" tinyml train -C q &&
		grep -q 'give features: the values' .said
}
check "features of another shape" shorter
exit 0
