# collect from a board: what a simulated microphone plays arrives to the last
# bit, over every link; what a link loses is counted to the last sample.
. tests/lib/cli.sh
. "$top/tests/lib/words.sh"
lossy=$bin/../tests/lossy
seconds=3

tinyml init --name mic p >/dev/null 2>&1
cd p || exit 1
make_words words
mkdir play
i=0
for file in words/high/anna_*.wav words/low/*.wav; do
	i=$((i + 1))
	[ $i -gt $((2 * seconds)) ] || cp "$file" play/$(printf %02d $i).wav
done
for file in play/*.wav; do
	tail -c +45 "$file"
done >played
words=$((8000 * 2 * seconds))	# samples played, 16 kHz

# A project with the board at this place.
board() {
	cat >tinyml.yaml <<-END
	project: mic
	key: mic
	collect: {source: board, board: mic, seconds: $seconds}
	boards: {mic: {type: sim, at: "$1"}}
	END
}
sim="tinyml-boardsim --flash flash --replay play --speed 4"

taken() {	# the samples of all recordings, in order
	tar xf d.tar && cat data/*.s16
	rm -rf data
}
same() {
	tinyml collect -q -o d.tar && taken | cmp - played
}
lost() {	# number that `collect --json` tells
	tinyml collect --json -o d.tar >json 2>said || { cat said; return 1; }
	cat json
	grep -q "\"lost_samples\": $1," json
}

board "exec:$sim"
check "what the microphone plays is taken bit for bit" same
check "in clips of a second, named by board and number" sh -c \
	"[ \"\$(tar xOf d.tar index.tsv | cut -f2,6 | tail -n +2 | tr '\t\n' \
	 ' ,')\" = 'board/mic/000001 16000,board/mic/000002 16000,board/mic/000003 16000,' ]"
check "the dataset verifies" tinyml verify d.tar
check "its quality says so" says "recordings  3 from a board" \
	tinyml collect -o d.tar
check "the board's clock gives the true rate" sh -c \
	"tar xOf d.tar quality.tsv | cut -f10 | grep -qx 16000"

board "console+exec:$sim --serial-framing"
check "over console frames too" same

$sim --pty >at &
sim_pid=$!
while [ ! -s at ]; do sleep 0.05; done
board "$(cat at)"
check "over a pseudo-terminal too" same
kill $sim_pid
: >at
$sim --tcp 0 >at &
sim_pid=$!
while [ ! -s at ]; do sleep 0.05; done
board "$(cat at)"
check "over TCP too" same
kill $sim_pid

if [ -x "$lossy" ]; then
	messages=$((words / 256))
	board "exec:$lossy drop 7 $sim"
	check "every seventh message lost: counted to the sample" \
		lost $((messages / 7 * 256))
	check "the quality counts the gaps" \
		grep -q "\"gaps\": $((messages / 7))," json
	check "and warns" grep -q "samples did not arrive" said
	board "exec:$lossy late 20 $sim"
	check "a message that comes twice is taken once" same
	board "exec:$lossy silent 40 $sim"
	check "a board that falls silent: what came stays, the rest is lost" \
		lost $((words - 40 * 256))
	board "exec:$lossy vanish 40 $sim"
	rm d.tar
	check "a board that disappears gives nothing" \
		fails 4 "disappeared" tinyml collect -o d.tar
	check "no artifact is left" [ ! -e d.tar ]
else
	skip "lossy links" "helper not built"
fi

board "exec:tinyml-boardsim --flash flash"
check "a board without a microphone" \
	fails 3 "has no microphone" tinyml collect -o d.tar
board "exec:true"
check "a board that ends at once" fails 4 "disappeared" tinyml collect -o d.tar
board "exec:$sim"
check "another rate than the project's is refused" \
	fails 3 "records 1 channels at 16000 Hz" \
	tinyml collect --rate 8000 -o d.tar
check "a path makes no sense" fails 2 "takes no path" \
	tinyml collect -o d.tar words
seconds=0
board "exec:$sim"
check "how long must be said" fails 2 "how long" tinyml collect -o d.tar
sed -i 's/board: mic, //' tinyml.yaml
check "which board must be said" fails 2 "no board is named" \
	tinyml collect -o d.tar
seconds=1
board "exec:$sim"
sed -i 's/board: mic/board: mike/' tinyml.yaml
check "the board must be known" fails 3 "'mike'" tinyml collect -o d.tar

board "exec:$sim"
check "run takes it" tinyml run -q collect
touch play/01.wav
check "and never again by itself" sh -c \
	"cp artifacts/collect.tar before && tinyml run -q collect &&
	 cmp before artifacts/collect.tar &&
	 ! tinyml run collect 2>&1 | grep making"
