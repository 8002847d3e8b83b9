# squeeze: pruned models are trained further.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

cd "$work" || exit 1
make_tiny p
tiny_set p train.filters 32
tiny_set p train.epochs 20
tinyml collect -q -C p && tinyml label -q -C p && tinyml train -q -C p

squeezed() {	# fine_tune value
	sed -i "s/^squeeze:.*/squeeze:/; /^  prune:/d; /^  fine_tune:/d
		/^squeeze:/a\\  prune: 50\n  fine_tune: $1" p/tinyml.yaml
	tinyml squeeze -C p >said 2>&1
}
tuned() {
	squeezed 0 && cp p/artifacts/squeeze.tar pruned.tar &&
		squeezed 12 && grep -q 'epoch 12: loss' said &&
		cp p/artifacts/squeeze.tar tuned.tar &&
		! cmp -s pruned.tar tuned.tar
}
same() {
	tinyml squeeze -q -C p --threads 7 && cmp p/artifacts/squeeze.tar tuned.tar
}
right() {
	tinyml show -C p "$1" report.json |
		sed -n '/"int8": {/,/}/s/.*"right": \([0-9]*\).*/\1/p'
}
better() {
	[ "$(right tuned.tar)" -ge "$(right pruned.tar)" ]
}

check "what pruning left is trained" tuned
check "to the same bytes with seven threads" same
check "and answers no worse" better
exit 0
