# hostile-boards: what answers a board's address is silent, gone, or noise;
# models that do not fit the board.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"
bad_board=${bin%/bin}/tests/bad_board
[ -x "$bad_board" ] || { echo "not ok - $bad_board is not built"; exit; }

make_tiny p
tinyml run -q -C p >/dev/null 2>&1 || { echo "not ok - the project runs"; exit; }
before=$(cd p && find . -type f -exec sha256sum {} + | sort)

unharmed() {	# nothing in the project changed, nothing was left in it
	[ "$(cd p && find . -type f -exec sha256sum {} + | sort)" = "$before" ]
}

# Behaviours wait side by side: each line is one board's verdict.
mkfifo hold
sleep 100 >hold &
hold=$!
for how in silent closes leaves garbage; do
	"$bad_board" $how <hold >port.$how &
done
for how in silent closes leaves garbage; do
	until [ -s port.$how ]; do sleep 0.02; done
	sed "s/at: sim:demo/at: tcp:127.0.0.1:$(cat port.$how)/" p/tinyml.yaml \
		>yaml.$how
	mkdir $how
	cp -R p/. $how
	cp yaml.$how $how/tinyml.yaml
	for verb in flash update; do
		{
			tinyml $verb -C $how --to demo >said.$how.$verb 2>&1
			echo $? >status.$how.$verb
		} &
		waiting="$waiting $!"
	done
done
# shellcheck disable=SC2086
wait $waiting
kill $hold

verdict() {	# behaviour verb sentence
	cat "said.$1.$2"
	[ "$(cat "status.$1.$2")" = 4 ] && grep -q "^error: .*$3" "said.$1.$2" &&
		[ "$(grep -c '^error: ' "said.$1.$2")" = 1 ] &&
		grep -q '^hint: ' "said.$1.$2" &&
		[ -z "$(find $1 -name '*receipt*' -o -name '*.tmp*')" ]
}
for verb in flash update; do
	check "$verb to a silent board" verdict silent $verb "does not answer"
	check "$verb to a board that hangs up" verdict closes $verb disappeared
	check "$verb to a board that leaves in an answer" \
		verdict leaves $verb disappeared
	check "$verb to a board that sends noise" verdict garbage $verb \
		"answers garbage"
	sed "s/at: sim:demo/at: tcp:127.0.0.1:9/" p/tinyml.yaml >silent/tinyml.yaml
	check "$verb to nobody" fails 4 "cannot connect" \
		tinyml $verb -C silent --to demo
done
check "no project was touched" unharmed

too_large() {	# yaml-type text
	rm -rf large
	cp -R p large
	sed "s/type: sim/type: $1/; s/^targets:.*/targets: [$1]/" p/tinyml.yaml \
		>large/tinyml.yaml
	tiny_set large train.epochs 1
	tiny_set large train.filters 256
	tiny_set large train.blocks "$2"
	cp large/artifacts/squeeze.tar old.tar
	tinyml run -q -C large >said 2>&1
	got=$?
	cat said
	[ $got = 1 ] && grep -q "$3" said && grep -q '^hint: ' said &&
		cmp old.tar large/artifacts/squeeze.tar &&
		[ -z "$(leftovers large)" ]
}
check "a model too large for the board's RAM: how many bytes are missing" \
	too_large microbit 1 \
	"arena needs [0-9]* bytes of RAM, 8192 are there, [0-9]* are missing"
check "a model too large for the board's flash: how many bytes are missing" \
	too_large sim 8 \
	"needs [0-9]* bytes of flash, a slot has [0-9]*, [0-9]* are missing"
