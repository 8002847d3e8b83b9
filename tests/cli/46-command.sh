#!/bin/sh
# command: programs of one's own in the place of stages: what they get, what is
# made of what they leave, and every way in which they fail.
. tests/lib/cli.sh

# word_index.wav: half a second of a waveform over and over, 8 kHz, 16 bit
take() {	# word index waveform folder
	{
		printf 'RIFF\144\037\000\000WAVEfmt \020\000\000\000\001\000'
		printf '\001\000\100\037\000\000\200\076\000\000\002\000\020'
		printf '\000data\100\037\000\000'
		yes "$3" | head -c 8000
	} >"$4/$1_$2.wav"
}

common() {
	cat <<-EOF
	project: words
	key: words
	features:
	  length_ms: 500
	EOF
}

config() {	# lines below train
	common
	cat <<-EOF
	collect:
	  path: rec
	  rate_hz: 8000
	label:
	  from: pattern
	  pattern: "{label}_{index}"
	  group: index
	  test_where: "index=0-2"
	  validation_where: "index=3-4"
	train:
	  filters: 8
	  blocks: 1
	  epochs: 4
	  batch: 8
	  seed: 5
	EOF
	printf '  %s\n' "$@"
}

tinyml init --name words "$work/p" >/dev/null 2>&1
cd "$work/p" || exit 1
mkdir rec
for i in 0 1 2 3 4 5 6 7 8 9; do
	take low $i "abcdefgh${i}ponmlkjihgfedcba" rec
	take high $i "zzz  ${i}" rec
done
config >tinyml.yaml
tinyml run -q train
tar xOf artifacts/train.tar model.tflite >fixed.tflite
tar xOf artifacts/train.tar metrics.json | grep accuracy >"$work/ours"
config | sed 's/length_ms: 500/length_ms: 400/' >tinyml.yaml
tinyml run -q train
tar xOf artifacts/train.tar model.tflite >other.tflite
config >tinyml.yaml
tinyml run -q train

# ---- train ------------------------------------------------------------------
cat >train.sh <<'EOF'
set -e
test -d "$TINYML_OUT" && test "$TINYML_STAGE" = train
test "$TINYML_SEED" = 5 && test "$TINYML_THREADS" -ge 1
(cd "$TINYML_IN" && ls) >seen
# 10 training items of 24 x 10 floats behind a header of 128 bytes
test "$(wc -c <"$TINYML_IN/train_x.npy")" = $((128 + 10 * 24 * 10 * 4))
test "$(wc -c <"$TINYML_IN/validation_y.npy")" = $((128 + 4 * 4))
head -c 127 "$TINYML_IN/train_x.npy" |
	grep -aq "'<f4', 'fortran_order': False, 'shape': (10, 24, 10, 1,), }"
test "$(cut -f 1 "$TINYML_IN/labels.tsv" | sort | uniq -c | tr -s ' \n' ' ')" \
	= " 1 part 10 train 4 validation "
grep -q '"train.filters": 8,' "$TINYML_IN/parameters.json"
cp fixed.tflite "$TINYML_OUT/model.tflite"
echo 'epoch,loss' >"$TINYML_OUT/history.csv"
echo "trained on $(cat "$TINYML_IN/classes.txt" | tr '\n' ' ')" >&2
set -e
test -d "$TINYML_OUT" && test "$TINYML_STAGE" = train
test "$TINYML_SEED" = 5 && test "$TINYML_THREADS" -ge 1
(cd "$TINYML_IN" && ls) >seen
# 10 training items of 24 x 10 floats behind a header of 128 bytes
test "$(wc -c <"$TINYML_IN/train_x.npy")" = $((128 + 10 * 24 * 10 * 4))
test "$(wc -c <"$TINYML_IN/validation_y.npy")" = $((128 + 4 * 4))
head -c 127 "$TINYML_IN/train_x.npy" |
	grep -aq "'<f4', 'fortran_order': False, 'shape': (10, 24, 10, 1,), }"
test "$(cut -f 1 "$TINYML_IN/labels.tsv" | sort | uniq -c | tr -s ' \n' ' ')" \
	= " 1 part 10 train 4 validation "
grep -q '"train.filters": 8,' "$TINYML_IN/parameters.json"
cp fixed.tflite "$TINYML_OUT/model.tflite"
echo 'epoch,loss' >"$TINYML_OUT/history.csv"
echo "trained on $(cat "$TINYML_IN/classes.txt" | tr '\n' ' ')" >&2
EOF
config 'command: "sh ./train.sh --fast"' 'inputs: [fixed.tflite]' >tinyml.yaml

check "the stage is to be made again, and why" \
	says "train.command changed from '' to 'sh ./train.sh --fast'" \
	status 1 tinyml status
check "a dry run names the command" says "by 'sh ./train.sh --fast'" \
	tinyml run -n train
check "so does status" says "by 'sh ./train.sh --fast'" status 1 tinyml status
check "and its JSON" says '"command": "sh ./train.sh --fast"' \
	status 1 tinyml status --json
check "a program trains" tinyml run train
cp "$work/.err" said
check "what it says is heard" grep -q "trained on high low" said
check "it was given features, words and recipe, and no test part" sh -c \
	"[ \"\$(tr '\n' ' ' <seen)\" = 'classes.txt features.bin features.yaml \
labels.tsv parameters.json train_x.npy train_y.npy validation_x.npy \
validation_y.npy ' ]"
check "the artifact verifies" tinyml verify artifacts/train.tar
check "it holds our members and what else was left" sh -c \
	"[ \"\$(tar tf artifacts/train.tar | tail -n +3 | tr '\n' ' ')\" = \
	'classes.txt command/history.csv confusion.svg confusion.tsv features.bin \
features.yaml metrics.json model.tflite ' ]"
tar xOf artifacts/train.tar metrics.json | grep accuracy >"$work/theirs"
check "its accuracy is measured by us" cmp "$work/ours" "$work/theirs"
check "what it was made of is recorded" sh -c \
	"tar xOf artifacts/train.tar MANIFEST.yaml |
	grep 'train.command.files: .*  train.sh.*  fixed.tflite'"
check "nothing of it is left" sh -c "! ls .tinyml/command/train"
check "the stages behind it take it" tinyml run -q squeeze
check "all is up to date" says "train    up to date" tinyml run -n train

cp artifacts/train.tar "$work/first.tar"
again() {
	tinyml run -q -f train && cmp artifacts/train.tar "$work/first.tar"
}
check "the same bytes again" again
elsewhere() {
	cp -r "$work/p" "$work/q" && cd "$work/q" && rm artifacts/train.tar &&
		again
}
check "and in another folder" elsewhere

changed() {	# file
	printf '# other\n' >>"$1"
	says "the command's files or its inputs changed" tinyml run -n train
}
check "a changed program is seen" changed train.sh
tinyml run -q train
check "so is a changed input" changed fixed.tflite
tar xOf "$work/first.tar" model.tflite >fixed.tflite
tinyml run -q train
config 'command: "sh ./train.sh --fast"' 'inputs: [fixed.tflite]' \
	'timeout_seconds: 60' >tinyml.yaml
check "a changed patience is nothing" says "train    up to date" \
	tinyml run -n train
sed -i 's/ >seen/ | grep -v dataset >seen/' train.sh
config 'command: "test -s $TINYML_IN/dataset/index.tsv && sh ./train.sh"' \
	'recordings: yes' >tinyml.yaml
check "the recordings are there when asked for" tinyml train -q

# ---- failures ---------------------------------------------------------------
ends() {	# status text line [more keys]: nothing is written or left
	want=$1 text=$2 line=$3
	shift 3
	config "command: '$line'" "$@" >tinyml.yaml
	rm -f artifacts/train.tar
	fails "$want" "$text" tinyml train -q && [ ! -e artifacts/train.tar ] &&
		[ ! -e .tinyml/command/train ]
}

broken() {
	ends "$@" && grep -q '^hint: ' "$work/.said"
}

printf 'x' >plain
check "not found" broken 4 "was not found: sh: " "no-such-trainer --x"
check "not executable" broken 4 "cannot be executed" ./plain
check "a status, with its last words" broken 4 \
	"ended with status 7: two | three | four" \
	'for i in one two three four; do echo $i >&2; done; exit 7'
check "a signal" ends 4 "was killed by signal 9 (Killed)" 'kill -9 $$'
check "time over" broken 4 "was ended after 1 seconds" "sleep 60; true" \
	"timeout_seconds: 1"
check "no model" broken 3 "left no 'model.tflite' and no 'model.onnx'" true
check "two models" broken 3 "left 'model.tflite' and 'model.onnx'" \
	'cd $TINYML_OUT; echo x >model.tflite; echo x >model.onnx'
check "an empty model" ends 3 "left an empty 'model.onnx'" \
	': >$TINYML_OUT/model.onnx'
check "a link is not followed" broken 3 "left 'model.tflite', which is a link" \
	'ln -s $PWD/fixed.tflite $TINYML_OUT/model.tflite'
check "an input that is not there" broken 3 "gone.pt" true "inputs: [gone.pt]"
check "a model cut off" ends 3 "model.tflite" \
	'head -c 500 fixed.tflite >$TINYML_OUT/model.tflite'
check "noise as .onnx" ends 3 "model.onnx" 'cp plain $TINYML_OUT/model.onnx'
check "a model of other features" broken 3 "the features are 24 x 10 x 1" \
	'cp other.tflite $TINYML_OUT/model.tflite'
check "an integer model" broken 3 "instead of float32" \
	"cp \"$top/testdata/model/chain.tflite\" \$TINYML_OUT/model.tflite"
painted() {
	ends 4 "ended with status 1: ?[31mred" 'printf "\033[31mred" >&2; exit 1'
}
check "foreign bytes are not shown raw" painted
piped() {
	config 'command: "echo said; sh ./train.sh"' 'recordings: yes' \
		>tinyml.yaml
	tinyml train -q -o - >"$work/piped.tar" &&
		tinyml verify "$work/piped.tar"
}
check "what it says does not get into an artifact on standard output" piped

# ---- collect, label, squeeze ------------------------------------------------
mkdir raw && cp rec/* raw
cat >fetch.sh <<'EOF'
test "$TINYML_IN" = "$PWD/raw" && mkdir "$TINYML_OUT/all" &&
	cp "$TINYML_IN"/* "$TINYML_OUT/all"
EOF
cat >name.sh <<'EOF'
{
	echo name,label
	cut -f 2 "$TINYML_IN/dataset/index.tsv" | tail -n +2 |
		sed 's,^all/\([a-z]*\)_.*,&\,\1,'
} >"$TINYML_OUT/labels.csv"
EOF
cat >whole.yaml <<'EOF'
project: words
key: words
collect:
  command: sh fetch.sh
  path: raw
  rate_hz: 8000
label:
  command: sh name.sh
features:
  length_ms: 500
train:
  filters: 8
  blocks: 1
  epochs: 4
squeeze:
  command: sh small.sh
EOF
cp whole.yaml tinyml.yaml
rm -rf artifacts labels tinyml.lock
check "a program collects" tinyml run -q collect
check "its folders are names" sh -c "tar xOf artifacts/collect.tar index.tsv |
	grep -q 'all/high_3.wav'"
check "a program labels" tinyml run -q label
check "and its labels count" sh -c \
	"[ \"\$(tar xOf artifacts/label.tar balance.tsv | cut -f 1 |
	tr '\n' ' ')\" = 'class high low ' ]"
printf '# other\n' >>fetch.sh
check "a changed collector is seen" says "'recordings', the command's files" \
	tinyml run -n
grep -v 'small.sh\|^squeeze' whole.yaml >tinyml.yaml
tinyml run -q squeeze
tar xOf artifacts/squeeze.tar model.tflite >ours.tflite
tar xOf artifacts/squeeze.tar report.txt >ours.txt
cat >small.sh <<'EOF'
set -e
test "$(wc -c <"$TINYML_IN/train_y.npy")" -gt 128
test -s "$TINYML_IN/train_x.npy" && test -s "$TINYML_IN/features.bin"
tar xOf artifacts/train.tar model.tflite | cmp - "$TINYML_IN/model.tflite"
cp ours.tflite "$TINYML_OUT/model.tflite"
echo done >"$TINYML_OUT/log.txt"
EOF
cp whole.yaml tinyml.yaml
check "a program squeezes" tinyml run -q squeeze
check "it is measured and planned as ours is" sh -c \
	"tar xOf artifacts/squeeze.tar report.txt | cmp - ours.txt"
check "what else it left is there" sh -c \
	"tar tf artifacts/squeeze.tar | grep -qx command/log.txt"
left() {	# stage its-program text line-instead
	rm -f "artifacts/$1.tar"
	sed "s|sh $2|'$4'|" whole.yaml >tinyml.yaml
	fails 3 "$3" tinyml "$1" -q && [ ! -e "artifacts/$1.tar" ]
}
check "a float model is not squeezed" left squeeze small.sh \
	"'model.tflite' that the command left is not quantised" \
	'cp $TINYML_IN/model.tflite $TINYML_OUT'
check "an integer model of something else" left squeeze small.sh \
	"the features are 24 x 10 x 1" \
	"cp \"$top/testdata/model/chain.tflite\" \$TINYML_OUT/model.tflite"
check "a board and a command exclude each other" fails 2 \
	"a command leaves files" tinyml collect --source board
check "no labels" left label name.sh "left no 'labels.csv'" true
check "labels that are none" left label name.sh \
	"does not begin with a line that names its columns" \
	'echo nonsense >$TINYML_OUT/labels.csv'
check "no recordings" left collect fetch.sh "left no files" true
check "a link among recordings" left collect fetch.sh \
	"left 'a.wav', which is a link" \
	'ln -s $PWD/raw/low_1.wav $TINYML_OUT/a.wav'

# ---- interrupted ------------------------------------------------------------
gone() {	# pid, within three seconds and a grace
	for i in $(seq 70); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}

interrupted() {	# signal
	rm -f pid
	config 'command: "echo $$ >pid; sleep 60; true"' >tinyml.yaml
	tinyml run -q train >/dev/null 2>&1 &
	run=$!
	for i in $(seq 100); do [ -s pid ] && break; sleep 0.05; done
	kill "-$1" $run
	wait $run 2>/dev/null
	gone "$(cat pid)" || return 1
	for i in $(seq 20); do
		[ ! -e .tinyml/command/train ] && return 0
		sleep 0.1
	done
	return 1
}
check "an interrupted run leaves no program and no folder" interrupted TERM
check "nor does a killed one" interrupted KILL

# ---- where none can be ------------------------------------------------------
none() {	# stage
	{ common; printf '%s:\n  command: x\n' "$1"; } >tinyml.yaml
	fails 3 "unknown key 'command' in '$1'" tinyml status &&
		grep -q '^hint: .* below squeeze' "$work/.said"
}
for stage in split flash update; do
	check "$stage takes none, and says why" none $stage
done
exit 0
