#!/bin/sh
# show and verify on a real artifact, and what stock tools say to it.
B=${B:-build}
bin=$(pwd)/$B/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH=$bin:$PATH
XDG_CONFIG_HOME=$work/config
export PATH XDG_CONFIG_HOME

check() {	# name command...
	name=$1
	shift
	if "$@" >"$work/out" 2>"$work/err"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		sed 's/^/# /' "$work/out" "$work/err"
	fi
}

status() {	# expected command...
	want=$1
	shift
	"$@"
	got=$?
	[ "$got" = "$want" ] || { echo "exit $got, not $want" >&2; return 1; }
}

says() {	# text command...: on standard output or standard error
	text=$1
	shift
	"$@" >"$work/said" 2>&1
	grep -qF -- "$text" "$work/said" || { cat "$work/said" >&2; return 1; }
}

# Half a second of a square wave, 8 kHz, 16 bits, mono.
wav() {
	printf 'RIFF\144\037\000\000WAVEfmt \020\000\000\000'
	printf '\001\000\001\000\100\037\000\000\200\076\000\000\002\000\020\000'
	printf 'data\100\037\000\000'
	i=0
	while [ $i -lt 250 ]; do
		printf '\000\020\000\020\000\020\000\020\000\360\000\360\000\360\000\360'
		printf '\000\020\000\020\000\020\000\020\000\360\000\360\000\360\000\360'
		i=$((i + 1))
	done
}

cd "$work" || exit 1
tinyml init --name demo p >/dev/null 2>&1
cd p || exit 1
mkdir -p words/yes
wav >words/yes/a.wav
tinyml collect -q >/dev/null
a=artifacts/collect.tar
key=$XDG_CONFIG_HOME/tinyml/keys/demo
pub=$(sed -n 2p "$key.pub")

check 'verify: a good artifact' status 0 tinyml verify $a
check 'verify: says who signed' says "signed by " tinyml verify $a
check 'verify: recordings are a whole chain' status 0 tinyml verify --chain $a
check 'verify: a key as text' status 0 tinyml verify --pub "$pub" $a
check 'verify: a key as a file' status 0 tinyml verify --pub "$key.pub" $a
check 'verify: another key is an honest no' status 1 \
	tinyml verify --pub "$key-device.pub" $a
check 'verify: the reason is said' says 'which is not trusted' \
	tinyml verify --pub "$key-device.pub" $a
check 'verify: not a key is an error' status 3 tinyml verify --pub nonsense $a
check 'verify: no file is wrong usage' status 2 tinyml verify
check 'verify: an unknown option is wrong usage' status 2 tinyml verify --nope
check 'verify: nobody to believe is wrong usage' status 2 \
	sh -c "cd / && tinyml verify '$work/p/$a'"
check "verify: a project without its key says whose is missing" \
	says "the project's key 'demo' is not on this machine" \
	env XDG_CONFIG_HOME=/nonexistent tinyml verify $a
check 'verify: and is wrong usage' status 2 \
	env XDG_CONFIG_HOME=/nonexistent tinyml verify $a
check 'verify: from standard input' sh -c "tinyml verify - <$a"
check 'verify: a missing file is a no' status 1 tinyml verify nothing.tar

cp $a bad.tar
printf x | dd of=bad.tar bs=1 seek=600 conv=notrunc 2>/dev/null
check 'verify: one bad file of two is a no' status 1 tinyml verify bad.tar $a
check 'verify: the good one is still said' says "ok    collect" \
	tinyml verify bad.tar $a
check 'verify: --json tells the kind' says '"error": "TRUST"' \
	tinyml verify --json bad.tar
{ cat $a; echo; } >long.tar
check 'verify: a byte too many is a no' status 1 tinyml verify long.tar

tinyml collect -q --unsigned -o unsigned.tar >/dev/null
check 'verify: unsigned is a no' status 1 tinyml verify unsigned.tar
check 'verify: unsigned is accepted on demand' status 0 \
	tinyml verify --unsigned unsigned.tar

check 'show: stage and members' says 'index.tsv' tinyml show $a
check 'show: unsigned is said' says 'not signed' tinyml show unsigned.tar
check 'show: so it is for a member of it' says "'unsigned.tar' is not signed" \
	tinyml show unsigned.tar index.tsv
check 'show: untrusted is said' says 'not trusted' \
	tinyml show --pub "$key-device.pub" $a
check 'show: damaged is malformed' status 3 tinyml show bad.tar
check 'show: a typo is answered' says "did you mean 'index.tsv'?" \
	tinyml show $a index.tvs
check 'show: two things at once are wrong usage' status 2 \
	tinyml show --json --sums $a
check 'show: JSON names the members' says '"path": "index.tsv"' \
	tinyml show --json $a

check 'show: extracts' tinyml show --extract x $a
check 'show: does not extract over a folder' status 4 \
	tinyml show --extract x $a
check 'show: a member is its bytes' sh -c \
	"tinyml show $a index.tsv | cmp - x/index.tsv"
check 'sha256sum -c accepts what --sums prints' sh -c \
	"tinyml show --sums $a | (cd x && sha256sum -c --quiet)"

mkdir t
check 'tar: extracts the same files' sh -c \
	"tar -xf $a -C t && diff -r t x"
check 'sha256sum -c accepts the manifest through awk' sh -c "awk -F'\"' \
	'/^  - path:/ {p = \$2} /^    sha256:/ {print \$2 \"  \" p}' \
	t/MANIFEST.yaml | (cd t && sha256sum -c --quiet)"
id=$(tinyml verify --json $a | sed -n 's/.*"id": "\(.*\)",/\1/p')
check 'the identity is the SHA-256 of the manifest' sh -c \
	"echo '$id  t/MANIFEST.yaml' | sha256sum -c --quiet"

if command -v minisign >/dev/null; then
	check 'minisign -V accepts the manifest (-p)' \
		minisign -V -H -q -p "$key.pub" -m t/MANIFEST.yaml
	check 'minisign -V accepts the manifest (-P)' \
		minisign -V -H -q -P "$pub" -m t/MANIFEST.yaml
	echo '#' >>t/MANIFEST.yaml
	check 'minisign -V refuses a changed manifest' status 1 \
		minisign -V -H -q -P "$pub" -m t/MANIFEST.yaml
	minisign -G -W -p m.pub -s m.key >/dev/null 2>&1
	check 'a key made by minisign signs' \
		tinyml collect -q --key ./m.key -o m.tar
	check 'and is believed by its .pub' tinyml verify --pub m.pub m.tar
	check 'our secret key signs in minisign' \
		minisign -S -s "$key.key" -m x/index.tsv
	check 'and minisign verifies it' \
		minisign -V -q -P "$pub" -m x/index.tsv
else
	echo 'ok - stock minisign # SKIP minisign is not installed'
fi
