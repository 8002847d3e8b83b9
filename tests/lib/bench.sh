# bench.sh - what benchmarks share; read after cli.sh, whose folder is $work.
#
#   rounds N COMMAND...    sets $least and $middle, in tenths of a millisecond
#   line WHAT [MOST]       prints them, and the milliseconds it may take
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

judge() {	# nothing fails for being slow: a busy machine says little
	[ "$middle" -lt $(($1 * 10)) ] && echo yes && return
	[ "$least" -lt $(($1 * 10)) ] && echo "the least" || echo no
}

line() {
	printf '  %-44s %8s %8s ms%s\n' "$1" "$(tenths "$least")" \
		"$(tenths "$middle")" "${2:+  of $2: $(judge "$2")}"
}

peer() {
	what=$1 ours=$least
	shift
	rounds "$@"
	line "$what"
	[ "$ours" -gt 0 ] && printf '  %-44s %8s\n' '    ratio of the least' \
		"$((least * 10 / ours / 10)).$((least * 10 / ours % 10))"
}
