#!/bin/sh
# fuzz-replay: every input that once broke a reader, and the valid ones that
# `make fuzz` starts from, through the same entry points without a fuzzer.
B=${B:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for replay in "$B"/tests/fuzz/replay_*; do
	case $replay in *.o | *.d) continue ;; esac
	name=${replay##*/replay_}
	mkdir "$work/$name"
	[ ! -x "$B/tests/fuzz/seeds_$name" ] ||
		"$B/tests/fuzz/seeds_$name" "$work/$name" ||
		echo "not ok - $name: no seeds"
	[ ! -d "testdata/fuzz/$name" ] ||
		cp "testdata/fuzz/$name"/* "$work/$name"
	if "$replay" "$work/$name"/* >"$work/out" 2>&1; then
		echo "ok - $name: $(grep -c '^ok' "$work/out") inputs"
	else
		echo "not ok - $name: stopped after" \
			"$(grep -c '^ok' "$work/out") inputs"
		tail -20 "$work/out"
	fi
done
