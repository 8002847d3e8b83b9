# train: killed and run again, it goes on from its checkpoint to the bytes of
# one that was not killed.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

cd "$work" || exit 1
make_tiny p
tiny_set p train.filters 32
tiny_set p train.blocks 2
tiny_set p train.epochs 12000
tiny_set p train.patience 0
tinyml collect -q -C p && tinyml label -q -C p

killed() {	# wait for a checkpoint that is not the one there was
	before=$(ls -i p/.tinyml/train.checkpoint 2>/dev/null)
	tinyml train -q -C p &
	pid=$!
	n=0
	while [ "$(ls -i p/.tinyml/train.checkpoint 2>/dev/null)" = "$before" ] &&
		[ $n -lt 400 ]; do
		sleep 0.05
		n=$((n + 1))
	done
	kill -9 $pid
	wait $pid 2>/dev/null
	[ -s p/.tinyml/train.checkpoint ] && [ ! -e p/artifacts/train.tar ]
}

resumed() {
	tinyml train -C p 2>said && grep -q '^taken up after epoch' said &&
		cp p/artifacts/train.tar resumed.tar
}
whole() {
	[ ! -e p/.tinyml/train.checkpoint ] && tinyml train -C p 2>said &&
		! grep -q 'taken up' said && cmp p/artifacts/train.tar resumed.tar
}
changed() {
	rm p/artifacts/train.tar
	killed && tiny_set p train.epochs 2 && tinyml train -C p 2>said &&
		! grep -q 'taken up' said
}

# Too short a training to write a checkpoint of its own.
swept() {
	rm p/artifacts/train.tar && : >p/.tinyml/.train.checkpoint.tmp &&
		tinyml train -q -C p && [ -z "$(leftovers p)" ]
}

check "a checkpoint is there when training is killed" killed
check "it goes on from there" resumed
check "to the same bytes as in one go" whole
check "other parameters begin anew" changed
check "one that a kill left half-written is gone at the end" swept
exit 0
