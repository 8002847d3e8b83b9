#!/bin/sh
# Every stage to standard output: an artifact there, its report elsewhere.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

make_tiny p
cd p || exit 1
check "a project to pipe from is made" tinyml run -q

stage=collect
clean() {	# options: what comes out is the artifact alone, the report is told
	tinyml $stage -o - "$@" >"$work/$stage.tar" 2>"$work/told" &&
		cmp "$work/$stage.tar" artifacts/$stage.tar &&
		[ -s "$work/told" ] || { cat "$work/told"; return 1; }
}

told_json() {
	clean --json && grep -q '^{' "$work/told"
}

for stage in collect label train squeeze split flash update; do
	check "$stage" clean
done
for stage in collect label squeeze; do
	check "$stage --json" told_json
done

quietly() {
	tinyml squeeze -q -o - >"$work/q.tar" 2>"$work/told" &&
		cmp "$work/q.tar" artifacts/squeeze.tar && [ ! -s "$work/told" ]
}
check "-q tells nothing" quietly

piped() {
	tinyml collect -q -o - | tinyml label -q -o - - |
		tinyml train -q -o - - >"$work/t.tar" &&
		cmp "$work/t.tar" artifacts/train.tar
}
check "stages read what the one before writes" piped
