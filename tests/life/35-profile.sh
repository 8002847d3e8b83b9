# What operations cost, counted by the board: instructions on QEMU, the same in
# every run; a simulated board cannot count and says so.
. tests/lib/tap.sh
. tests/lib/life.sh
need_qemu

sum() {	# of the operations of a profile
	sed -n 's/^ *"instructions": \([0-9]*\).*/\1/p' "$1" |
		awk 'NR > 1 { n += $1 } END { print n }'
}

refuses() {	# status words command...
	want=$1 words=$2
	shift 2
	"$@" 2>said
	[ $? = "$want" ] && grep -qF -- "$words" said
}

check "a project with a release" make_life "$scratch/p" mps2-an386 \
	qemu:demo "filters: 16, blocks: 2"
cd "$scratch/p" && [ -e artifacts/update.tar ] || exit 1
check "the model is flashed" tinyml flash -q --to demo
check "the board counts" sh -c "tinyml infer --on demo --profile >text"
sed 's/^/# /' text
check "each operation has a line, a share and a place" \
	grep -Eq '^  0 CONV_2D +[0-9]+ +[0-9.]+% +[0-9]+ +[0-9.]+ +[0-9]+  [.ios]{40}$' \
	text
check "cycles are called an estimate" grep -q 'assumed for loads' text
check "as JSON" sh -c "tinyml infer --on demo --profile --json >a.json"
check "the operations' instructions are all there are" [ "$(sum a.json)" = \
	"$(sed -n 's/^  "instructions": \([0-9]*\).*/\1/p' a.json)" ]
tinyml infer --on demo --profile --json >b.json
check "again the same to one in a thousand" awk -v a="$(sum a.json)" \
	-v b="$(sum b.json)" 'BEGIN { d = a - b; exit !(d * d * 1000000 < a * a) }'
check "recordings are none of a profile" refuses 2 'takes no recordings' \
	tinyml infer --on demo --profile --limit 3
tinyml device up demo >/dev/null 2>&1
check "a board that was started without counting is told from one" refuses 4 \
	'device down' tinyml infer --on demo --profile
tinyml device down demo >/dev/null 2>&1

cd "$scratch" || exit 1
check "the same on the simulated board" make_life "$scratch/s" sim sim:demo \
	"filters: 16, blocks: 2"
cd "$scratch/s" || exit 1
tinyml flash -q --to demo >/dev/null 2>&1
check "it says that it cannot count" refuses 3 'cannot count' \
	tinyml infer --on demo --profile
