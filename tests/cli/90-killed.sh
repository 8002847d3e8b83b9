# killed: kill -9 of a run or of any stage, at any moment, then run again:
# the same bytes as if nothing had happened, and nothing half-written.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

make_tiny p
tinyml run -q -C p >/dev/null 2>&1 || { echo "not ok - the project runs"; exit; }
mkdir whole
cp p/artifacts/*.tar p/tinyml.lock whole

same() {	# project: as the one that nobody killed
	for file in whole/*.tar; do
		cmp "$file" "$1/artifacts/${file#whole/}" || return
	done
	cmp whole/tinyml.lock "$1/tinyml.lock" || return
	left=$(leftovers "$1")
	[ -z "$left" ] || { echo "left behind: $left"; return 1; }
}

again() {	# project: what was killed goes on
	tinyml run -q -C "$1" && same "$1"
}

fresh() {	# project: nothing made yet
	rm -rf "$1"
	cp -R p "$1"
	rm -rf "$1/artifacts" "$1/.tinyml" "$1/tinyml.lock" "$1/labels"
}

# Moments spread over the time that a whole run takes.  A leak checker that is
# killed at work would report just that.
kill_at() {	# milliseconds command...
	delay=$1
	shift
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 "$@" >/dev/null 2>&1 &
	sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
}

inits() (	# init killed, then init again; keys of its own
	XDG_CONFIG_HOME=$work/other
	for ms in 0 1 2 3 4 5 6 8 10 14; do
		rm -rf q other
		mkdir other
		kill_at $ms tinyml init --name q q
		tinyml init --name q q || [ -e q/tinyml.yaml ] || return
		cp -R p/words q
		tinyml run -q -C q label || return
		left=$(find q other -name '*.tmp*')
		[ -z "$left" ] || { echo "left: $left"; return 1; }
	done
)
check "init killed at 10 moments goes on" inits

runs() {	# a new project each time
	for ms in 0 1 2 3 5 8 12 17 23 30 38 47 57 68 80 95 110 130 160 200; do
		fresh q
		kill_at $ms tinyml run -q -C q
		again q || { echo "killed after $ms ms"; return 1; }
	done
}
check "run killed at 20 moments goes on to the same bytes" runs

wears_on() {	# one project, killed again and again
	fresh q
	for ms in 3 9 15 21 27 33 39 45 51 57 63 69; do
		kill_at $ms tinyml run -q -C q
	done
	again q
}
check "run killed 12 times in one project" wears_on

stage() {	# name: killed while it replaces its own artifact
	for ms in 0 1 2 4 6 9 13 18; do
		kill_at $ms tinyml "$1" -q -C p
		again p || { echo "killed after $ms ms"; return 1; }
	done
}
for name in collect label train squeeze split flash update; do
	check "$name killed at 8 moments" stage $name
done

trains_long() {	# project
	tiny_set "$1" train.epochs 3000
	tiny_set "$1" train.filters 64
	tiny_set "$1" train.patience 0
}

orphans() {	# a stage dies with the run that started it
	fresh q
	trains_long q
	tinyml run -q -C q >/dev/null 2>&1 &
	run=$!
	n=0
	until child=$(cat /proc/$run/task/$run/children 2>/dev/null) &&
		[ "$(cat "/proc/${child% }/comm" 2>/dev/null)" = tinyml-train ]; do
		sleep 0.05
		n=$((n + 1))
		[ $n -lt 400 ] || { echo "no training began"; return 1; }
	done
	kill -9 $run
	wait $run 2>/dev/null
	n=0
	# one that is flushing a checkpoint to a busy disk ends after that
	while kill -0 $child 2>/dev/null; do
		sleep 0.05
		n=$((n + 1))
		[ $n -lt 400 ] || { echo "it lives"; kill -9 $child; return 1; }
	done
	# what was being written to cache and checkpoint is the next run's
	left=$(leftovers q | grep -v '^q/.tinyml/')
	[ -z "$left" ] || { echo "left behind: $left"; return 1; }
	[ ! -e q/artifacts/train.tar ]
}
check "a killed run takes its stage with it" orphans

two() {
	fresh q
	trains_long q
	tinyml run -q -C q >/dev/null 2>&1 &
	run=$!
	n=0
	until [ -e q/artifacts/label.tar ] || [ $n -gt 500 ]; do
		sleep 0.02
		n=$((n + 1))
	done
	fails 4 "another run works in this project" tinyml run -C q
	ret=$?
	kill -9 $run
	wait $run 2>/dev/null
	return $ret
}
check "a second run in the same project ends at once" two
