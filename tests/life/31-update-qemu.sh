# Updates of the board on QEMU, command and emulator killed at random moments:
# the board runs the old or the new model, and the same command goes on.
#
#     SEED=N     the moments; printed     ROUNDS=N     how many, 50
. tests/lib/tap.sh
. tests/lib/life.sh
need_qemu
SEED=${SEED:-$(date +%s)} ROUNDS=${ROUNDS:-50}

check "a project with a release" make_life "$scratch/p" mps2-an386 \
	qemu:demo "filters: 16, blocks: 2"
cd "$scratch/p" && [ -e artifacts/update.tar ] || exit 1
flash=.tinyml/boards/demo.flash
check "the first model is flashed" tinyml flash -q --to demo
check "it runs" [ "$(version)" = 1.0.0 ]
cp $flash flashed

# How long one takes here and now, in ms.
start=$(date +%s%N)
check "an undisturbed update" tinyml update -q --to demo
span=$((($(date +%s%N) - start) / 1000000))
echo "# SEED=$SEED, one update takes $span ms"
awk -v seed="$SEED" -v n="$ROUNDS" -v span="$span" 'BEGIN {
	srand(seed)
	for (i = 0; i < n; i++)
		printf "%.3f\n", rand() * span / 1000
}' >moments

lose() {
	echo "# after $moment s: $*"
	failures=$((failures + 1))
}

pull_plug() {
	cp flashed $flash
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 \
		setsid tinyml update -q --to demo >/dev/null 2>&1 &
	command=$!
	sleep "$moment"
	kill -9 -- -$command 2>/dev/null || kill -9 $command 2>/dev/null
	wait $command 2>/dev/null
}

old_or_new() {
	case $(version) in
	1.0.0) old=$((old + 1)) ;;
	1.1.0) new=$((new + 1)) ;;
	*) lose "runs neither" ;;
	esac
}

goes_on() {
	tinyml update -q --to demo >said 2>&1 || lose "$(head -n 1 said)"
	[ "$(version)" = 1.1.0 ] || lose "is not updated"
}

failures=0 old=0 new=0 rounds=0
while read -r moment; do
	pull_plug
	old_or_new
	goes_on
	rounds=$((rounds + 1))
done <moments
echo "# $rounds kills: $old times the old model, $new times the new one"
check "every moment was tried" [ $rounds = "$ROUNDS" ]
check "after every kill the old or the new model, and on to the end" \
	[ $failures = 0 ]
check "the old model ran" [ $old -gt 0 ]
