# hostile-artifacts: each artifact with a bit flipped, cut short or made longer,
# given to the command that takes it: exit 3, one error, and nothing made.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

make_tiny p
tinyml run -q -C p >/dev/null 2>&1 || { echo "not ok - the project runs"; exit; }

flip() {	# file offset bit: in place
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf "\\$(printf %03o $((byte ^ 1 << $3)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

refused() {	# stage-of-the-artifact command...: what it would make is made.tar
	rm -f made.tar
	"$@" >said 2>&1
	got=$?
	if [ $got != 3 ] || [ "$(grep -c '^error: ' said)" != 1 ] ||
		[ -e made.tar ] || [ -n "$(find . -name '*.tmp*')" ]; then
		cat said
		echo "exit $got"
		return 1
	fi
}

# Spread over headers, manifest, signature, members and padding.
offsets() {	# bytes
	for at in 0 100 148 156 257 263 345 511 512 530 700 1023; do
		[ $at -ge "$1" ] || echo $at
	done
	for part in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		echo $(($1 * part / 16))
	done
	echo $(($1 - 1))
}

flips() {	# stage command...
	tar=p/artifacts/$1.tar
	shift
	bit=0
	for at in $(offsets "$(wc -c <$tar)"); do
		cp $tar bad.tar
		flip bad.tar $at $bit
		refused "$@" || { echo "bit $bit of byte $at"; return 1; }
		bit=$(((bit + 3) % 8))
	done
}

cuts() {	# stage command...
	tar=p/artifacts/$1.tar
	shift
	n=$(wc -c <$tar)
	for keep in 0 1 511 512 1024 $((n / 2)) $((n - 512)) $((n - 1)); do
		head -c $keep $tar >bad.tar
		refused "$@" || { echo "cut to $keep bytes"; return 1; }
	done
	for more in 1 512 10240; do
		{ cat $tar; head -c $more /dev/zero; } >bad.tar
		refused "$@" || { echo "$more zeros behind"; return 1; }
	done
}

attack() {	# stage command...
	check "$1 with a bit flipped: '$2 $3' makes nothing" flips "$@"
	check "$1 cut or made longer: '$2 $3' makes nothing" cuts "$@"
}
attack collect tinyml label -q -C p -o made.tar bad.tar
attack label tinyml train -q -C p -o made.tar bad.tar
attack train tinyml squeeze -q -C p -o made.tar bad.tar
attack squeeze tinyml split -q -C p -o made.tar bad.tar
attack split tinyml flash -q -C p -o made.tar bad.tar
attack split tinyml update -q -C p -o made.tar bad.tar
attack flash tinyml flash -q -C p --to demo bad.tar
attack update tinyml update -q -C p --to demo bad.tar
check "nothing reached a board" [ ! -e p/.tinyml/boards ]

swapped() {	# the artifact of another stage
	for stage in collect label train squeeze split flash update; do
		[ $stage = "$1" ] || cp p/artifacts/$stage.tar bad.tar
		[ $stage = "$1" ] || refused tinyml "$2" -q -C p -o made.tar \
			bad.tar || { echo "$stage for $1"; return 1; }
	done
}
check "label of anything but a dataset" swapped collect label
check "train of anything but labels" swapped label train
check "squeeze of anything but a model" swapped train squeeze

stranger() {	# signed by a key that nobody trusts
	tinyml init --name other other >/dev/null 2>&1
	cp other/tinyml.yaml yaml.other
	cp -R p q
	tiny_key=$(sed -n 's/^key: //p' yaml.other)
	sed "s/^key: .*/key: $tiny_key/" p/tinyml.yaml >q/tinyml.yaml
	rm -rf q/artifacts q/tinyml.lock
	tinyml run -q -C q collect >/dev/null 2>&1
	cp q/artifacts/collect.tar bad.tar
	refused tinyml label -q -C p -o made.tar bad.tar &&
		grep -q 'trust' said
}
check "an artifact of a stranger's key" stranger

damaged_run() {	# run finds a damaged artifact and makes it again
	cp p/artifacts/train.tar good.tar
	flip p/artifacts/train.tar 700 2
	tinyml run -q -C p || return
	cmp good.tar p/artifacts/train.tar && [ -z "$(leftovers p)" ]
}
check "run makes an artifact again whose manifest was damaged" damaged_run

# ---- damage behind a whole manifest

deep() {	# stage: stale by --deep, fresh without
	tar=p/artifacts/$1.tar
	cp "$tar" good.tar
	n=$(wc -c <"$tar")
	for at in $((n / 2)) $((n - 1100)); do
		flip "$tar" $at 2
		tinyml status -C p | grep -q "^$1 *fresh" &&
			tinyml status -C p --deep >said
		got=$?
		cat said
		cp good.tar "$tar"
		[ $got = 1 ] && grep -q "^$1 *stale .*does not verify" said ||
			return 1
	done
	tinyml status -C p --deep
}
for stage in collect train squeeze update; do
	check "status --deep finds a bit flipped in the middle of $stage" \
		deep $stage
done

deep_run() {	# and run -f makes it good again
	cp p/artifacts/train.tar good.tar
	flip p/artifacts/train.tar $(($(wc -c <good.tar) / 2)) 2
	tinyml run -q -f -C p train && cmp good.tar p/artifacts/train.tar &&
		tinyml status -C p --deep
}
check "run -f makes that artifact again" deep_run

deep_keyless() {	# nobody is believed: the bytes are verified all the same
	mv "$XDG_CONFIG_HOME/tinyml/keys" away
	tinyml status -C p --deep >said
	mv away "$XDG_CONFIG_HOME/tinyml/keys"
	grep -q "^train *fresh" said
}
check "status --deep without a key at hand" deep_keyless

# ---- infer of an artifact

infer_same() {	# stage: as its model alone
	tar xOf p/artifacts/$1.tar model.tflite >model.tflite
	tinyml infer --info -C p p/artifacts/$1.tar >a &&
		tinyml infer --info model.tflite >b && cmp a b && [ -s a ]
}
check "infer takes the model of train" infer_same train
check "infer takes the model of squeeze" infer_same squeeze
attack squeeze tinyml infer --info -C p bad.tar
check "infer of an artifact without a model" \
	refused tinyml infer --info -C p p/artifacts/label.tar
check "infer of a stranger's artifact" \
	refused tinyml infer --info -C other p/artifacts/train.tar
