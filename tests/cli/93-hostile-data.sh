# hostile-data: recordings that are too few, a disk that is full, artifacts
# damaged under a run: one error with its remedy, and nothing is lost.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

make_tiny p
cp -R p new
tinyml run -q -C p >/dev/null 2>&1 || { echo "not ok - the project runs"; exit; }

fresh() {	# q: a copy in which nothing was made
	rm -rf q
	cp -R new q
}

refused() {	# status text: the first stage that cannot go on says so, once
	fails "$1" "$2" tinyml run -q -C q && grep -q '^hint: ' "$work/.said" &&
		[ -z "$(leftovers q)" ]
}

once() {
	mkdir q/words/once
	cp new/words/low/anna_0.wav q/words/once
	refused 3 "class 'once' has one sample"
}
fresh
check "a class with one sample" once
fresh
rm -rf q/words/low
check "one class only" refused 3 "there is only one class, 'high'"
fresh
find q/words -type f -exec rm {} +
check "folders without recordings" refused 3 "no WAV files in 'q/words'"
fresh
rm -rf q/words
check "no folder at all" refused 3 "cannot find 'q/words'"
fresh
head -c 20 new/words/low/anna_0.wav >q/words/low/anna_0.wav
check "a recording cut in its header" refused 3 "cannot use 'low/anna_0.wav'"
fresh
sed -i 's/^  epochs: .*/  epochs: 2.5/' q/tinyml.yaml
check "half an epoch" fails 3 "takes a whole number" tinyml run -q -C q

odd() {	# key value text: what tinyml.yaml says makes no sense in a copy of p
	rm -rf q
	cp -R p q
	tiny_set q "$1" "$2" && refused 3 "$3"
}
for nodes in '[host, demo]' '[demo, demo]' '[demo]' '[demo, demo, host]'; do
	check "a chain of nodes that is none: $nodes" \
		odd split.nodes "$nodes" "'split.nodes' in tinyml.yaml is no chain"
done
check "a version that is none" odd update.version 1.0 \
	"'update.version' in tinyml.yaml: '1.0' is not a version"

damaged() {	# the artifact's payload: its manifest still says what it was
	rm -rf q
	cp -R p q
	n=$(wc -c <q/artifacts/train.tar)
	printf XXXX | dd of=q/artifacts/train.tar bs=1 seek=$((n * 3 / 4)) \
		conv=notrunc 2>/dev/null
	tiny_set q squeeze.calibration "{samples: 7}"
	cp q/artifacts/squeeze.tar old.tar
	fails 3 "cannot use 'q/artifacts/train.tar'" tinyml run -q -C q &&
		grep -q "tinyml run -f train" "$work/.said" &&
		cmp old.tar q/artifacts/squeeze.tar &&
		tinyml run -q -C q -f train && tinyml run -q -C q &&
		cmp p/artifacts/train.tar q/artifacts/train.tar
}
check "a damaged artifact in the middle: what to do, and that helps" damaged

# ---- a full disk: a small file system of our own, where that is allowed

cat >full.sh <<'E2'
# full.sh STAGE KEY VALUE: fill the disk behind a made project, then change a
# key and run
mkdir -p disk
mount -t tmpfs -o size=2m tmpfs disk || exit 77
cp -R p disk/p
. "$top/tests/lib/tiny.sh"
tiny_set disk/p "$2" "$3"
cat /dev/zero >disk/fill 2>/dev/null
tinyml run -q -C disk/p "$1" >said 2>&1
got=$?
cat said
[ $got = 4 ] || { echo "exit $got"; exit 1; }
grep -q '^error: cannot write .*No space left on device' said || exit 1
[ "$(grep -c '^error: ' said)" = 1 ] || exit 1
for tar in p/artifacts/*.tar p/tinyml.lock; do
	cmp $tar disk/$tar || exit 1
done
left=$(leftovers disk/p)
[ -z "$left" ] || { echo "left: $left"; exit 1; }
rm disk/fill
tinyml run -q -C disk/p "$1"
E2
full() {
	top=$top work=$work unshare -rm sh full.sh "$@"
}
if unshare -rm sh -c "mkdir -p disk && mount -t tmpfs tmpfs disk" 2>/dev/null
then
	check "a full disk while collecting" full collect collect.rate_hz 8000
	check "a full disk while labelling" full label label.classes '[high, low]'
	check "a full disk while training" full train train.epochs 3
	check "a full disk while squeezing" full squeeze squeeze.calibration "{samples: 7}"
	check "a full disk while splitting" full split split.objective bytes
	check "a full disk while sealing an image" full flash flash.version 3.0.0
	check "a full disk while sealing a release" full update update.version 3.0.0
else
	skip "a full disk" "no file system of our own is allowed here"
fi
