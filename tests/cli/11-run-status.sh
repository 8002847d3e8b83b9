# run and status: what is stale, why, and that nothing else is made.
. tests/lib/cli.sh
. "$top/tests/lib/words.sh"

make_words words
tinyml init --name p p >/dev/null 2>&1
mv words p/words
cp p/tinyml.yaml good.yaml
keys=$XDG_CONFIG_HOME/tinyml/keys

# ---- no project, wrong project file

mkdir empty
for command in run status; do
	check "$command outside a project" \
		fails 3 "no tinyml.yaml in '.' or above" sh -c "cd / && tinyml $command"
	check "$command says what to do" says "hint: make a project with 'tinyml init'" \
		sh -c "cd / && tinyml $command"
	check "$command -C of a folder that is not there" \
		status 3 tinyml $command -C /nowhere
	check "$command -C without a folder" status 2 tinyml $command -C
done
check "status with an operand" fails 2 "unexpected operand" tinyml status x
check "run of an unknown stage" fails 2 "'tarin' is not a stage" tinyml run tarin
check "and what was meant" says "did you mean 'train'?" tinyml run tarin

yaml() {	# sed script: the project file with one fault
	sed "$1" good.yaml >p/tinyml.yaml
}
wrong() {	# name sed-script text place hint
	yaml "$2"
	check "yaml: $1" fails 3 "$3" tinyml status -C p
	check "yaml: $1: where" says "tinyml.yaml, $4" tinyml status -C p
	[ -z "$5" ] || check "yaml: $1: what to do" says "$5" tinyml status -C p
}
line() {	# of a pattern in the good file
	grep -n "$1" good.yaml | head -1 | cut -d: -f1
}
wrong "an unknown key" 's/^project:/projet:/' "unknown key 'projet'" \
	"line $(line ^project:), column 1" "did you mean 'project'?"
wrong "an unknown key in a section" 's/^  epochs:/  epoch:/' \
	"unknown key 'epoch' in 'train'" "line $(line '^  epochs:'), column 3" \
	"did you mean 'epochs'?"
wrong "a word for a number" 's/^  epochs: .*/  epochs: many/' \
	"'train.epochs' takes a whole number, not 'many'" \
	"line $(line '^  epochs:'), column 11" ""
wrong "a number out of range" 's/^  dropout: .*/  dropout: 2/' \
	"'train.dropout' must lie between 0 and 0.95, not 2" \
	"line $(line '^  dropout:'), column 12" ""
wrong "none of the choices" 's/^  objective: .*/  objective: speed/' \
	"must be one of: latency bytes; not 'speed'" \
	"line $(line '^  objective:'), column 14" ""
wrong "a key twice" 's/^project: .*/&\n&/' "'project' stands twice" \
	"line $(($(line ^project:) + 1)), column 1" ""
wrong "a list for a text" 's/^project: .*/project: [a]/' \
	"'project' takes a single value" "line $(line ^project:), column 10" ""
wrong "a text for a list" 's/^targets: .*/targets: sim/' "takes a list" \
	"line $(line ^targets:), column 10" ""
wrong "a tag" 's/^project: .*/project: !x y/' "tags are not used" \
	"line $(line ^project:), column 10" ""
wrong "an anchor" 's/^project: .*/project: \&a y/' \
	"anchors, aliases and tags are not used" \
	"line $(line ^project:), column 10" ""
wrong "no YAML" 's/^project: .*/project: "x/' "not YAML" "line " ""
wrong "a board without a type" '/^    type:/d' "needs 'type' and 'at'" "line " ""
: >p/tinyml.yaml
check "yaml: an empty file" fails 3 "the file is empty" tinyml status -C p
printf 'project: a\000b\n' >p/tinyml.yaml
check "yaml: a zero byte" status 3 tinyml status -C p
cp good.yaml p/tinyml.yaml

# ---- status before anything was made

check "status: something is stale, exit 1" status 1 tinyml status -C p
check "status says why" says "collect  stale    -  never made" tinyml status -C p
check "status finds the project from below" \
	sh -c 'cd p/words/low && tinyml status | grep -q "^collect  stale"'
check "status --json is JSON" sh -c "
	tinyml status -C p --json >s.json; [ \$? = 1 ]
	$(command -v jq >/dev/null && echo 'jq -e ".stages | length == 7" s.json ||')
	[ \"\$(grep -c '\"stage\":' s.json)\" = 7 ]"
check "status --porcelain: four fields, seven lines" sh -c '
	tinyml status -C p --porcelain >s.tsv
	awk -F "\t" "NF != 4 { bad = 1 } END { exit bad || NR != 7 }" s.tsv'
check "run -n says what it would do" \
	says "collect  would be made: never made" tinyml run -n -C p
check "run -n makes nothing" sh -c \
	'[ ! -e p/artifacts ] && [ ! -e p/tinyml.lock ] && [ ! -e p/labels ]'

# ---- making

check "run makes a stage and what it needs" tinyml run -q -C p label
check "run wrote the lock" sh -c '[ "$(head -1 p/tinyml.lock)" = "# tinyml.lock 1" ]'
check "the lock has no times and no paths" sh -c '
	grep -v "^#" p/tinyml.lock | grep -vqE \
	"^[a-z]+ params=[0-9a-f]{64} inputs=[0-9a-f]{64} output=[0-9a-f]{64}$" && exit 1
	[ "$(wc -l <p/tinyml.lock)" = 3 ]'
check "nothing temporary is left" sh -c '[ -z "$(find p -name ".*tmp*")" ]'
cp p/tinyml.lock lock; cp p/artifacts/label.tar label.tar
check "a second run has nothing to do" \
	says "label    up to date" tinyml run -C p label
check "and changes nothing" sh -c \
	'cmp lock p/tinyml.lock && cmp label.tar p/artifacts/label.tar'
check "run -f makes the same bytes again" sh -c '
	tinyml run -q -f -C p label && cmp label.tar p/artifacts/label.tar &&
	cmp lock p/tinyml.lock'
check "the identity of status is that of verify" sh -c '
	id=$(tinyml status -C p --porcelain | sed -n "s/^label\tfresh\t\([0-9a-f]*\)\t$/\1/p")
	[ ${#id} = 64 ] && tinyml verify -C p --json p/artifacts/label.tar | grep -q "$id"'
check "--porcelain stays as it was" sh -c '
	tinyml status -C p --porcelain | sed "s/[0-9a-f]\{64\}/ID/" >s.tsv
	printf "%s\t%s\t%s\t%s\n" collect fresh ID "" label fresh ID "" \
		train stale - "never made" squeeze pending - "waits for '\''train'\''" \
		split pending - "waits for '\''squeeze'\''" \
		flash pending - "waits for '\''split'\''" \
		update pending - "waits for '\''split'\''" | diff - s.tsv'

# ---- what makes stale

stale() {	# name text
	check "stale: $1" says "$2" tinyml status -C p
	check "stale: $1: made again" sh -c \
		'tinyml run -q -C p label && tinyml run -C p label | grep -q "^label    up to date"'
}
printf 'x' >>p/words/low/anna_0.wav
stale "a recording changed" "the recordings in 'words' changed"
cp p/words/low/anna_0.wav p/words/low/emil_0.wav
stale "a recording more" "the recordings in 'words' changed"
rm p/words/low/emil_0.wav
stale "a recording less" "the recordings in 'words' changed"
sed 's/^  rate_hz: .*/  rate_hz: 8000/' good.yaml >p/tinyml.yaml
stale "a parameter" "collect.rate_hz changed from '16000' to '8000'"
cp good.yaml p/tinyml.yaml
stale "and back" "collect.rate_hz changed from '8000' to '16000'"
sed 's/^low\/anna_1.wav	low/low\/anna_1.wav	high/' p/labels/labels.tsv >t
mv t p/labels/labels.tsv
stale "an edited label" "the dataset or the label files changed"
rm p/artifacts/label.tar
stale "an artifact that is gone" "artifacts/label.tar' is not there"
cp p/artifacts/collect.tar p/artifacts/label.tar
stale "an artifact that was replaced" "is not what tinyml.lock says"
printf 'x' | dd of=p/artifacts/label.tar bs=1 seek=700 conv=notrunc 2>/dev/null
stale "an artifact with a flipped byte" "label    stale"
rm -rf p/.tinyml
check "the cache may be deleted" says "label    fresh" tinyml status -C p
printf 'garbage' >p/.tinyml/stat
check "a damaged cache is no harm" says "label    fresh" tinyml status -C p
check "status --deep agrees" says "label    fresh" tinyml status -C p --deep
touch p/words/low/*.wav
check "touched is not changed" says "collect  fresh" tinyml status -C p
cp p/tinyml.lock lock
echo 'nonsense' >>p/tinyml.lock
check "a malformed lock" fails 3 "tinyml.lock" tinyml status -C p
cp lock p/tinyml.lock

# ---- failures

check "a run at the same time is refused" sh -c '
	exec 9>p/.tinyml/run.lock; flock -n 9
	tinyml run -C p label 9>&- 2>said; [ $? = 4 ] &&
	grep -q "^error: another run works in this project" said'
mv "$keys/p.key" away
check "no key: an error, not an unsigned artifact" \
	status 3 tinyml run -f -C p collect
check "no key: says what to do" says "--key names one" tinyml run -f -C p collect
check "no key: --unsigned" tinyml run -q -f --unsigned -C p label
check "unsigned says so of itself" says "not signed" \
	tinyml show -C p p/artifacts/label.tar
mv away "$keys/p.key"
check "the key is back: who needs an unsigned one says how to sign it" \
	says "'tinyml run -f STAGE' makes it again" tinyml train -C p
check "and that helps" sh -c 'tinyml run -q -f -C p collect label &&
	tinyml verify -C p p/artifacts/label.tar'
rm -rf p/words.away; mv p/words p/words.away
check "recordings that are gone" status 3 tinyml run -C p
check "an artifact is not lost by it" test -e p/artifacts/label.tar
mv p/words.away p/words
tinyml run -q -f -C p label
cp p/artifacts/collect.tar before.tar
echo junk >p/words/low/bad.wav
check "a bad recording fails the run with its status" status 3 tinyml run -q -C p
check "and keeps the artifact there was" cmp before.tar p/artifacts/collect.tar
rm p/words/low/bad.wav
check "killed at any moment, run goes on" sh -c '
	for t in 0.002 0.005 0.01 0.02 0.04; do
		touch p/words/low/anna_0.wav; rm -rf p/.tinyml p/artifacts
		ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 \
			timeout -s KILL $t tinyml run -q -C p label
	done
	sleep 0.2
	tinyml run -q -C p label && cmp before.tar p/artifacts/collect.tar'
check "full output is exit 4" sh -c 'tinyml status -C p >/dev/full; [ $? = 4 ]'
check "of run too, though a stage says more" status 4 \
	sh -c 'tinyml run -C p >/dev/full'
tinyml run -q -C p label
check "in words" fails 4 "cannot write standard output" \
	sh -c 'tinyml run -C p label >/dev/full'
check "a board that is not there is no answer" fails 3 "no board 'nope'" \
	tinyml verify -C p --board nope
