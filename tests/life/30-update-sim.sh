# An update of the simulated board loses power at each of its flash operations,
# which is left undone, half done, done with wrong bits, or done: the board
# runs the old or the new model, and the same command goes on from there.
. tests/lib/tap.sh
. tests/lib/life.sh
OPERATIONS_MAX=200

check "a project with a release" make_life "$scratch/p" sim "exec:sh board.sh"
cd "$scratch/p" && [ -e artifacts/update.tar ] || exit 1
cat >board.sh <<'END'
exec tinyml-boardsim --flash demo.flash $(cat cut)
END
: >cut
check "the first model is flashed" tinyml flash -q --to demo
check "it runs" [ "$(version)" = 1.0.0 ]
cp demo.flash flashed
total=$(field 9)

lose() {	# said on one line, and counted
	echo "# operation $n, $torn: $*"
	failures=$((failures + 1))
}

# The update with the power cut.  Fails when there was none: it is through.
cut_off() {
	cp flashed demo.flash
	echo "--die-at $n --torn $torn" >cut
	tinyml update -q --to demo >said 2>&1
	got=$?
	: >cut
	[ $got != 0 ] || return 1
	[ $got = 4 ] || lose "exit $got: $(head -n 1 said)"
	sent=$(field 9)
}

old_or_new() {
	case $(version) in
	1.0.0) old=$((old + 1)) ;;
	1.1.0) new=$((new + 1)) ;;
	*) lose "runs neither" ;;
	esac
	tinyml verify --board demo >said 2>&1 || lose "$(head -n 1 said)"
}

goes_on() {
	tinyml update -q --to demo >said 2>&1 || lose "$(head -n 1 said)"
	[ "$(version)" = 1.1.0 ] || lose "is not updated"
	again=$((sent + $(field 9) - total))
	[ $again -le $most ] || most=$again
}

failures=0 operations=0 old=0 new=0 most=0
for torn in none half bits all; do
	n=1
	while [ $n -lt $OPERATIONS_MAX ] && cut_off; do
		old_or_new
		goes_on
		n=$((n + 1)) operations=$((operations + 1))
	done
	[ $n -gt 30 ] || lose "only $n operations"
done
echo "# $operations cuts: $old times the old model, $new times the new one"
check "after every cut the old or the new model, and on to the end" \
	[ $failures = 0 ]
check "the old model ran" [ "$old" -gt 0 ]
check "the new model ran" [ "$new" -gt 0 ]
echo "# sent twice: at most $most of $total bytes"
check "at most one page is sent twice, and the header" \
	[ $most -le $((page + header)) ]
