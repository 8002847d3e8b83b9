#!/bin/sh
# collect: folders of recordings, good and hostile, and the shared data sets.
. tests/lib/cli.sh
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT

# one error line that holds TEXT, no artifact and no temporary file left behind
refuses() {	# status text command...
	rm -f d.tar
	fails "$@" && [ ! -e d.tar ] && [ -z "$(find . -name '.*tmp*')" ]
}

le32() {	# number
	printf "\\$(printf %03o $(($1 & 255)))\\$(printf %03o \
		$(($1 >> 8 & 255)))\\$(printf %03o \
		$(($1 >> 16 & 255)))\\$(printf %03o $(($1 >> 24 & 255)))"
}

# wav RATE SAID-BYTES: 16-bit mono with what standard input holds
wav() {
	printf 'RIFF\000\000\000\000WAVEfmt \020\000\000\000\001\000\001\000'
	le32 "$1"
	le32 $(($1 * 2))
	printf '\002\000\020\000data'
	le32 "$2"
	cat
}

tone() {	# bytes
	head -c "$1" /dev/zero | tr '\000' '\101'
}

tinyml init --name words p >/dev/null 2>&1
mkdir -p words/yes words/no
tone 3200 | wav 16000 3200 >words/yes/a.wav
tone 1600 | wav 8000 1600 >words/no/b.WAV
echo hello >words/readme.txt

collect="tinyml collect -C p -o d.tar"

check "a folder of WAV becomes a signed dataset" \
	says "recordings  2 from 2 files" $collect words
check "the dataset verifies" tinyml verify -C p d.tar
check "files of other kinds are counted" says "ignored     1" $collect words
check "another rate is resampled" says "resampled   1 files" $collect words
check "index is sorted and complete" sh -c \
	"tar xOf d.tar index.tsv | cut -f1,2,5,6 | tail -n +2 |
	 tr '\t' ' ' | tr '\n' , | grep -qx \
	 '000000 no/b.WAV 16000 1600,000001 yes/a.wav 16000 1600,'"
check "--json is one object" says '"recordings": 2' $collect --json words
check "-q says nothing" sh -c "[ -z \"\$($collect -q words 2>&1)\" ]"
check "the artifact can go down a pipe" sh -c \
	"tinyml collect -C p -o - words 2>/dev/null | cmp - d.tar"
mkdir elsewhere && cp -r words elsewhere/words
check "where the folder lies leaves no trace" sh -c \
	"tinyml collect -q -C p -o e.tar '$work/elsewhere/words' &&
	 cmp d.tar e.tar"
check "one file alone can be collected" \
	says "recordings  1 from 1 files" $collect words/yes/a.wav

mkdir empty
check "an empty folder" refuses 3 "no WAV files in 'empty'" $collect empty
check "a folder that is not there" \
	refuses 3 "cannot find 'nowhere'" $collect nowhere
check "no folder named" refuses 2 "what to collect is not said" \
	tinyml collect --unsigned -o d.tar
check "an unknown source" refuses 3 "'mp3' is not a kind of source" \
	$collect --source mp3 words
check "two folders named" refuses 2 "unexpected operand" $collect words words

bad() {	# the file is words/bad.wav, from standard input
	cat >words/bad.wav
}

echo "not sound at all" | bad
check "text named .wav is an error that names it" \
	refuses 3 "cannot use 'bad.wav'" $collect words
check "--skip-bad leaves it out and counts it" \
	says "skipped     1 bad files" $collect --skip-bad words
tone 100 | wav 16000 6000 | bad
check "a header that lies about its length is repaired and said" \
	says "'bad.wav' was repaired" $collect words
tone 0 | wav 16000 0 | bad
check "no samples" refuses 3 "sound has no samples" $collect words
tone 100 | wav 0 100 | bad
check "a rate of 0" refuses 3 "sample rate of 0 Hz" $collect words
: | bad
check "an empty file" refuses 3 "too short for a WAV file" $collect words
{
	printf 'RIFF\000\000\000\000WAVEfmt \020\000\000\000\003\000\001\000'
	le32 16000; le32 64000
	printf '\004\000\040\000data\010\000\000\000'
	printf '\000\000\000\000\000\000\300\177'
} | bad
check "a NaN sample" refuses 3 "frame 1, channel 0" $collect words
rm words/bad.wav
ln -s gone.wav words/bad.wav
check "a link to nothing" refuses 3 "cannot use 'bad.wav'" $collect words
rm words/bad.wav
mkfifo words/bad.wav
check "a pipe in the folder does not hang" \
	refuses 3 "is not a regular file" timeout 10 $collect words
rm words/bad.wav
ln -s .. words/loop
check "a link to a folder above is not followed" \
	says "1 links to folders are not followed" $collect words
rm words/loop
tab=$(printf 'a\tb')
cp words/yes/a.wav "words/$tab.wav"
check "a tab in a name" refuses 3 "cannot use the name" $collect words
rm "words/$tab.wav"
if [ "$(id -u)" = 0 ]; then
	echo "ok - a file that may not be read # SKIP root reads everything"
else
	cp words/yes/a.wav words/bad.wav && chmod 0 words/bad.wav
	check "a file that may not be read" refuses 4 "cannot open" $collect words
	rm -f words/bad.wav
fi
check "a sound that has too few channels" refuses 3 \
	"cannot use 'no/b.WAV': it has 1 channel, collect.channels wants 2" \
	$collect --channels 2 words
check "and what to do" says "set collect.channels to 1" \
	$collect --channels 2 words
cp words/yes/a.wav words/yes/twin.wav
check "a duplicate is reported" says "duplicates  1 files" $collect words
rm words/yes/twin.wav
check "a full disk leaves nothing half-written" sh -c '
	ulimit -f 8; trap "" XFSZ
	tinyml collect -q -C p -o d2.tar words 2>said
	[ $? = 4 ] && grep -q "cannot write" said && [ ! -e d2.tar ] &&
	[ -z "$(find . -name ".*tmp*")" ]'

mkdir tables
printf 'time_ms,x,y\n0,1,2\n10,3,4\n20,5,6\n50,7,8\n' >tables/a.csv
csv="$collect --source csv --rate 100"
check "tables of numbers" says "true rate   100 to 100 rows" $csv tables
check "a gap in the times is counted" says "gaps        1 in 1" $csv tables
check "the columns are recorded" sh -c \
	"[ \"\$(tar xOf d.tar channels.txt | tr '\n' ,)\" = x,y, ]"
check "a rate that is not as said is a warning" \
	says "has 100 rows per second, collect.rate_hz says 50" \
	$collect --source csv --rate 50 tables
printf 'time_ms,x,y\n0,1,nan\n' >tables/b.csv
check "NaN in a table" refuses 3 "line 2, column 5 ('y')" $csv tables
printf 'time_ms,x,z\n0,1,2\n' >tables/b.csv
check "tables of other columns" \
	refuses 3 "columns are not those of the first table" $csv tables

mkdir idx
printf '\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\2\1\2\3\4' >idx/t-images-idx3-ubyte
printf '\0\0\10\1\0\0\0\2\7\5' >idx/t-labels-idx1-ubyte
check "IDX images carry their label in their name" sh -c \
	"$collect -q --source idx idx && tar xOf d.tar index.tsv | cut -f2 |
	 grep -qx 't-images-idx3-ubyte/5/000001'"
check "and leave no file over" sh -c \
	"! $collect --source idx idx | grep ignored"
rm idx/t-labels-idx1-ubyte
check "IDX images without labels" \
	refuses 3 "t-labels-idx1-ubyte" $collect --source idx idx
printf '\0\0\10\1\0\0\0\2\7\5' >idx/t-labels-idx1-ubyte
$collect -q --source idx idx && tar xOf d.tar index.tsv | cut -f1-10 >plain
gzip idx/*
check "packed IDX files are named as if they were not" sh -c \
	"$collect -q --source idx idx && tar xOf d.tar index.tsv |
	 cut -f1-10 | cmp - plain"

mkdir strokes
echo '{"strokes": [{"label": "up", "points": [{"x": 0.5, "y": -1},
	{"x": 1, "y": 0}]}, {"points": [{"x": 0, "y": 0}]}]}' >strokes/a.json
check "series in JSON carry their label in their name" sh -c \
	"$collect -q --source json --rate 25 strokes &&
	 tar xOf d.tar index.tsv | cut -f2,4,6 | tail -n 2 | tr '\t\n' ' ,' |
	 grep -qx 'a.json/000001 f32 1,a.json/up/000000 f32 2,'"
mkdir q
echo 'collect: {source: json, rate_hz: 25, full_scale: [1]}' >q/tinyml.yaml
check "full_scale makes them what a sensor gives" sh -c \
	"tinyml collect -q -C q --unsigned -o d.tar strokes &&
	 tar xOf d.tar data/000000.s16 | od -An -td2 | tr -s ' ' |
	 grep -qx ' 0 0 16384 -32768 32767 0'"
echo '{"strokes": [1, 2' >strokes/a.json
check "JSON that is cut names line and column" \
	refuses 3 "line 2, column 1" $collect --source json strokes

# two pictures that build/tests/fuzz made as seeds
mkdir -p pictures/a seeds &&
	"$top/$B"/tests/fuzz/seeds_picture seeds
cp seeds/png pictures/a/one.png && cp seeds/jpeg pictures/two.JPG
image="$collect --source image --channels 3"
check "pictures" says "recordings  2 from 2 files" $image pictures
check "their size is in the index" sh -c "tar xOf d.tar index.tsv |
	cut -f2,6-8 | tr '\t' ' ' | grep -qx 'a/one.png 12 16 3'"
cp seeds/jpeg-cut pictures/bad.jpg
check "a cut picture is an error that names it" \
	refuses 3 "cannot use 'bad.jpg': JPEG cannot be read" $image pictures
check "and can be left out" says "skipped     1 bad" $image --skip-bad pictures
rm pictures/bad.jpg
check "pictures have 1 or 3 channels" \
	refuses 3 "pictures have 1 (grey) or 3" $image --channels 2 pictures
mkdir packed && tar czf packed/set.tar.gz -C pictures .
check "what lies in an archive is named after it" sh -c \
	"$image -q packed && tar xOf d.tar index.tsv | cut -f2 | tail -n 2 |
	 tr '\n' , | grep -qx 'set/a/one.png,set/two.JPG,'"
head -c 200 packed/set.tar.gz >packed/cut.tar.gz
check "a cut archive" refuses 3 "cannot use 'cut.tar.gz': packed data is cut" \
	$image packed

fsdd=$top/../shared/data/fsdd/recordings
if [ -d "$fsdd" ]; then
	check "FSDD: 2000 files" says "recordings  2000 from 2000 files" \
		$collect "$fsdd"
else
	echo "ok - FSDD: 2000 files # SKIP no data beside the repository"
fi
