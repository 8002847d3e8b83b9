#!/bin/sh
# squeeze: variants side by side, and what the squeeze section changes.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

make_tiny "$work/p" && cd "$work/p" && tinyml run -q squeeze || exit 1
cp artifacts/squeeze.tar "$work/first.tar"
sed -i 's/^targets:.*/targets: [sim, microbit]/' tinyml.yaml

compared() {
	tinyml squeeze -q --compare >"$work/table" &&
		grep -q '^sim$' "$work/table" &&
		grep -q '^microbit$' "$work/table" &&
		[ "$(grep -c '^\*' "$work/table")" = 2 ] &&
		[ "$(grep -c '^Chosen: ' "$work/table")" = 2 ]
}

check "variants are compared for each target" compared
check "and none is written" cmp artifacts/squeeze.tar "$work/first.tar"
check "the same table with three threads" sh -c \
	"tinyml squeeze -q --threads 3 --compare | cmp - '$work/table'"
check "for programs too" sh -c \
	"tinyml squeeze -q --compare --json | grep -q '\"variant\": \"int16x8\"'"

# key value text: the project's setting of squeeze, and what the report says
setting() {
	sed -i "/^  $1:/d; s/^squeeze:/squeeze:\n  $1: $2/" tinyml.yaml
	tinyml squeeze --json >"$work/json" && grep -q "$3" "$work/json" &&
		! cmp -s artifacts/squeeze.tar "$work/first.tar"
}

sed -i 's/^targets:.*/targets: [sim]/' tinyml.yaml
check "16 bits" setting format int16x8 '"format": "int16x8"'
sed -i '/^  format:/d' tinyml.yaml
check "4-bit weights" setting weight_bits 4 '"format": "int8"'
sed -i '/^  weight_bits:/d' tinyml.yaml
check "clustered" setting cluster yes '"format": "int8"'
sed -i '/^  cluster:/d' tinyml.yaml
check "pruned" setting prune 30 '"format": "int8"'
check "pruning everything is refused" says "90" setting prune 100 x
sed -i '/^  prune:/d' tinyml.yaml
check "equalised" setting equalise yes '"format": "int8"'
check "an unknown format is refused" says "int8 int16x8" sh -c \
	"mkdir q && sed 's/^squeeze:/&\n  format: int12/' tinyml.yaml \
	 >q/tinyml.yaml && tinyml squeeze -q -C q"
