# bench.sh - what benchmarks share; read after cli.sh, whose folder is $work.
#
#   rounds N COMMAND...    sets $least and $middle, in tenths of a millisecond
#   line WHAT              prints them
#   peer WHAT N COMMAND... the same for another program, with the ratio

now() {
	date +%s%N
}

rounds() {
	n=$1
	shift
	i=0
	while [ $i -lt "$n" ]; do
		a=$(now)
		"$@" >/dev/null 2>&1
		b=$(now)
		echo $(((b - a) / 100000))
		i=$((i + 1))
	done | sort -n >"$work/.rounds"
	least=$(head -1 "$work/.rounds")
	middle=$(sed -n "$(((n + 1) / 2))p" "$work/.rounds")
}

tenths() {
	printf '%d.%d' $(($1 / 10)) $(($1 % 10))
}

line() {
	printf '  %-44s %8s %8s ms\n' "$1" "$(tenths "$least")" "$(tenths "$middle")"
}

peer() {
	what=$1 ours=$least
	shift
	rounds "$@"
	line "$what"
	[ "$ours" -gt 0 ] && printf '  %-44s %8s\n' '    ratio of the least' \
		"$((least * 10 / ours / 10)).$((least * 10 / ours % 10))"
}
