# killed-delivery: kill -9 of an update, and of the board's process with it, at
# random moments (KILLS of them from SEED): the board runs the old or the new
# model, and the same command goes on from there.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"
kills=${KILLS:-25} from=${SEED:-1}

make_tiny p
tinyml run -q -C p >/dev/null 2>&1 || { echo "not ok - the project runs"; exit; }
flash=p/.tinyml/boards/demo.flash

flashed() {
	tinyml flash -q -C p --to demo && cp $flash flashed
}
check "a first model is on the board" flashed

model() {	# "1.0.0": what the board says it runs
	tinyml device -C p info demo | sed -n 's/^ *model *tiny \([^ ]*\) .*/\1/p'
}

moments() {	# seconds, spread over a bit more than a whole update takes
	awk -v n="$kills" -v seed="$from" 'BEGIN {
		srand(seed)
		for (i = 0; i < n; i++)
			printf "%.4f\n", rand() * 0.05 }'
}

# A leak checker that is killed at work would report just that.
cut() {	# seconds
	cp flashed $flash
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 \
		tinyml update -q -C p --to demo >/dev/null 2>&1 &
	sleep "$1"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	runs=$(model)
	case $runs in
	1.0.0) old=$((old + 1)) ;;
	1.1.0) new=$((new + 1)) ;;
	*) echo "killed after $1 s it runs '$runs'"; return 1 ;;
	esac
	tinyml update -q -C p --to demo || return
	runs=$(model)
	[ "$runs" = 1.1.0 ] || { echo "after $1 s and again '$runs'"; return 1; }
}

cuts() {
	old=0 new=0
	for moment in $(moments); do
		cut "$moment" || return
	done
	[ -z "$(leftovers p)" ]
}
check "an update killed at $kills moments from seed $from" cuts
echo "# $old times the old model, $new times the new one"
