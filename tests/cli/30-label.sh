#!/bin/sh
# label: classes, parts, and the file that a person edits.
. tests/lib/cli.sh

refuses() {	# status text command...: and nothing is written
	rm -f artifacts/label.tar
	fails "$@" && [ ! -e artifacts/label.tar ]
}

has() {	# line of labels.tsv, blanks for tabs
	tr '\t' ' ' <labels/labels.tsv | grep -qxF -- "$1" ||
		{ cat labels/labels.tsv; return 1; }
}

edit() {	# sed script
	sed -i "$1" labels/labels.tsv
}

# word_speaker_index.wav: 16-bit mono, 16 kHz, 4 samples that differ
take() {
	{
		printf 'RIFF\000\000\000\000WAVEfmt \020\000\000\000\001\000'
		printf '\001\000\200\076\000\000\000\175\000\000\002\000\020'
		printf '\000data\010\000\000\000%-8.8s' "$4"
	} >"rec/$1_$2_$3.wav"
}

tinyml init --name words "$work/p" >/dev/null 2>&1
cd "$work/p" || exit 1
mkdir rec
n=0
for word in no yes; do
	for speaker in anna ben cleo dora emil; do
		for i in 0 1 2; do
			n=$((n + 1))
			take $word $speaker $i "s$n"
		done
	done
done
config() {	# lines under label:
	{
		printf 'project: words\nkey: words\ncollect:\n  path: rec\n'
		printf 'label:\n'
		printf '  %s\n' "$@"
	} >tinyml.yaml
}
config 'from: pattern' 'pattern: "{label}_{speaker}_{index}"' \
	'group: speaker' 'train: 60' 'validation: 20' 'test: 20'
tinyml collect -q

check "file names become classes" says "5 groups" tinyml label
check "the artifact verifies" tinyml verify artifacts/label.tar
check "no speaker is in two parts" sh -c \
	"tar xOf artifacts/label.tar labels.tsv | tail -n +2 | cut -f4,5 |
	 sort -u | cut -f2 | uniq -d | { ! grep .; }"
check "every part has somebody" sh -c \
	"[ \$(tar xOf artifacts/label.tar labels.tsv | tail -n +2 | cut -f4 |
	 sort -u | wc -l) = 3 ]"
check "the label file says what the rule said" has "no_anna_0.wav no - - - no"
cp labels/labels.tsv ../before
cp artifacts/label.tar ../before.tar
check "a second time nothing changes" sh -c \
	"tinyml label -q && cmp labels/labels.tsv ../before &&
	 cmp artifacts/label.tar ../before.tar"
edit 's/^no_anna_1.wav\tno\t-/no_anna_1.wav\tyes\ttest/'
check "an edit is counted" says "1 edited by hand" tinyml label
check "an edit stays" has "no_anna_1.wav yes test - - no"
check "an edit reaches the artifact" sh -c \
	"tar xOf artifacts/label.tar labels.tsv | cut -f2-4 | tr '\t' ' ' |
	 grep -qx 'no_anna_1.wav yes test'"
rm rec/yes_emil_2.wav
take yes flora 0 new
tinyml collect -q
tinyml label -q 2>/dev/null
check "a new recording is added" has "yes_flora_0.wav yes - - - yes"
check "one that is gone is kept and marked" \
	has "yes_emil_2.wav yes - - - !gone"
edit 's/^no_ben_0.wav\tno/no_ben_0.wav\t-/'
check "a dash leaves a recording out" says "1 left out" tinyml label
check "--json gives the balance" says '"left_out": 1' tinyml label --json
edit 's/^no_ben_1.wav\tno\t-/no_ben_1.wav\tno\ttets/'
check "a misspelt part is named with its line" \
	refuses 3 "'tets' is not train, validation, test or -" tinyml label
edit 's/tets/-/'

config 'from: pattern' 'pattern: "{label}_{speaker}_{index}"' \
	'test_where: "index=0"'
rm labels/labels.tsv
check "test_where fixes the test part" sh -c \
	"tinyml label -q 2>/dev/null; tar xOf artifacts/label.tar labels.tsv |
	 cut -f2,4 | grep -c '_0.wav.test\$' | grep -qx 11"
config 'from: pattern' 'pattern: "{label}_{speaker}_{index}"' \
	'group: speaker' 'test_where: "index=0"'
check "test_where may not tear a group" \
	refuses 3 "tear group 'anna' apart" tinyml label
config 'from: pattern' 'pattern: "{label}_{speaker"'
check "a pattern with an open brace" \
	refuses 3 "a brace is not closed" tinyml label
config 'from: pattern' 'pattern: "{word}_{speaker}_{index}"'
check "a pattern without a label" refuses 3 "has no {label}" tinyml label
config 'from: folder'
check "no labels at all" refuses 3 "no recording has a label" tinyml label
rm labels/labels.tsv
config 'from: csv' 'csv: l.csv' 'train: 100' 'validation: 0' 'test: 0'
echo 'name,label
no_anna_0.wav,a
no_anna_1.wav,a
no_anna_2.wav,b' >l.csv
check "a class with one sample" \
	refuses 3 "class 'b' has one sample, 'no_anna_2.wav'" tinyml label
echo 'no_ben_0.wav,b' >>l.csv
check "labels from a CSV" says "26 left out" tinyml label
config 'from: csv' 'csv: none.csv'
check "a CSV that is not there" refuses 3 "cannot open 'none.csv'" tinyml label
check "and who names it" says "'csv' below 'label'" tinyml label
config 'from: csv' 'csv: l.csv' 'train: 100' 'validation: 0' 'test: 5'
check "shares that are not 100" refuses 3 "add up to 105, not 100" tinyml label
check "a dataset that is not one" refuses 3 "" tinyml label l.csv
cp rec/no_anna_0.wav labels/labels.tsv
config 'from: pattern' 'pattern: "{label}_{speaker}_{index}"'
check "a label file that is no text" \
	refuses 3 "labels/labels.tsv: line holds a zero byte" tinyml label
rm labels/labels.tsv
check "collect and label in a pipe" sh -c \
	"cd .. && tinyml collect -C p -o - p/rec 2>/dev/null |
	 tinyml label -C p -o l.tar - >/dev/null 2>&1 && tinyml verify -C p \
	 l.tar"

rm -rf rec && mkdir rec
{
	echo x,y,what
	for i in 1 2 3 4 5 6 7 8; do echo $i,0,still; done
	for i in 1 2 3 4 5 6; do echo 0,$i,walk; done
	echo 9,9,
} >rec/a.csv
cp rec/a.csv rec/b.csv && echo 1,1,walk >>rec/b.csv
{
	echo 'project: words'
	echo 'collect: {source: csv, path: rec, rate_hz: 10, label_column: what}'
	echo 'label: {from: column, window_ms: 400, stride_ms: 200, train: 100,'
	echo '        validation: 0, test: 0}'
} >tinyml.yaml
rm -f labels/labels.tsv
tinyml collect -q --unsigned
check "a column of the table labels its windows" sh -c \
	"tinyml label -q --unsigned 2>/dev/null
	 tar xOf artifacts/label.tar labels.tsv | cut -f2,3,6,7 |
	 grep a.csv | tr '\t\n' ' ,' | grep -qx \
	 'a.csv still 0 4,a.csv still 2 6,a.csv still 4 8,a.csv still 6 10,a.csv walk 8 12,a.csv walk 10 14,'"
check "spans stand in the file to edit" \
	grep -qx "$(printf 'a.csv\twalk\t-\t0.8\t1.4\twalk')" labels/labels.tsv
sed -i 's/train: 100,/normal: still, train_first_s: 1, train: 100,/' tinyml.yaml
check "what is not normal is not trained with" sh -c \
	"tinyml label -q --unsigned 2>/dev/null
	 tar xOf artifacts/label.tar labels.tsv | cut -f3,4 | sort -u |
	 tr '\t\n' ' ,' | grep -q 'anomalous test,.*normal train,' &&
	 ! tar xOf artifacts/label.tar labels.tsv | cut -f3,4 |
	 grep -q 'anomalous.train'"
