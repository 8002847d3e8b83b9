# What the board itself refuses, sent to it past the checks of every command;
# and validly signed models that answer their golden vectors wrongly, which it
# tries and gives up.
. tests/lib/tap.sh
. tests/lib/life.sh
keys=$XDG_CONFIG_HOME/tinyml/keys

push() {	# FILE
	"$B/tests/board_push" "$place" "$type" . "$1"
}

refuses() {	# WHY FILE
	if push "$2" >said; then
		cat said
		return 1
	fi
	grep -qF "refuses: $1" said || { cat said; return 1; }
	[ "$(version)" = "$runs" ]
}

gives_up() {	# WHY FORGED.tar
	tinyml update -q --to demo "$2" >said 2>&1
	got=$?
	cat said
	[ $got = 1 ] && grep -qF "$1" said && [ "$(version)" = "$runs" ] &&
		tinyml verify --board demo
}

# A release signed by another device key.
make_other() {
	tinyml init --name other other >/dev/null 2>&1
	sed 's/life-device/other-device/' tinyml.yaml >other.yaml
	mv tinyml.yaml life.yaml && cp other.yaml tinyml.yaml
	tinyml update -q -o other.tar
	got=$?
	mv life.yaml tinyml.yaml
	return $got
}

forge() {	# image|vectors|sounds
	"$B/tests/forge" "$1" "$type" "$keys/life.key" \
		artifacts/squeeze.tar "$1.squeeze.tar" &&
		tinyml update -q -o "$1.tar" "$1.squeeze.tar"
}

cut_and_flip() {
	n=$(wc -c <new.bin)
	head -c $((n - 1)) new.bin >short.bin
	for at in 40 $((n / 2)) $((n - 1)); do
		head -c "$at" new.bin
		tail -c +$((at + 1)) new.bin | head -c 1 |
			tr '\000-\377' '\200-\377\000-\177'
		tail -c +$((at + 2)) new.bin
	done >flipped
	head -c "$n" flipped >flip1.bin
	tail -c +$((n + 1)) flipped | head -c "$n" >flip2.bin
	tail -c "$n" flipped >flip3.bin
}

refusals() {	# TYPE AT
	type=$1 place=$2 runs=1.0.0
	check "$type: a project with a release" make_life "$scratch/$1" \
		"$1" "$2" "filters: 16, blocks: 2"
	cd "$scratch/$1" && [ -e artifacts/update.tar ] || return
	check "$type: another device key signs one too" make_other
	check "$type: the first model is flashed" tinyml flash -q --to demo
	tar xOf artifacts/flash.tar model.bin >old.bin
	tar xOf artifacts/update.tar model.bin >new.bin
	tar xOf other.tar model.bin >other.bin
	cut_and_flip

	check "$type: refuses another key's signature" \
		refuses "the image's signature is wrong" other.bin
	check "$type: refuses a truncated image" refuses "the data is damaged" short.bin
	check "$type: refuses a bit flipped in the header" \
		refuses "" flip1.bin
	check "$type: refuses a bit flipped in the model" \
		refuses "" flip2.bin
	check "$type: refuses a bit flipped in the signature" \
		refuses "" flip3.bin

	check "$type: a wrong golden answer is forged and signed" forge image
	check "$type: the board gives that model up by itself" \
		gives_up "gave the new model up" image.tar
	check "$type: a wrong vector of the host's is forged" forge vectors
	check "$type: it is rolled back when the host says so" \
		gives_up "differs from the host's" vectors.tar
	check "$type: another sound behind the last vector is forged" forge sounds
	check "$type: every vector begins with its sound" \
		gives_up "features of golden vector 7 differs" sounds.tar

	check "$type: the true one is taken" tinyml update -q --to demo
	runs=1.1.0
	check "$type: refuses the replayed older one" \
		refuses "the image's security counter" old.bin
	check "$type: the replay has no command either" \
		fails_flash
}

# The board's refusal reaches the user as what it is.
fails_flash() {
	tinyml flash -q --to demo >said 2>&1
	got=$?
	cat said
	[ $got = 3 ] && grep -q "security counter" said
}

other_type() {
	cd "$scratch/sim" || return
	sed 's/type: sim/type: nano33ble/; s/sim:demo/exec:false/
		s/\[sim\]/[nano33ble]/' tinyml.yaml >q.yaml
	mv tinyml.yaml s.yaml && mv q.yaml tinyml.yaml
	tinyml run -q squeeze && tinyml update -q -o q.tar
	cp s.yaml tinyml.yaml
	tinyml run -q squeeze && tinyml update -q --to demo q.tar >said 2>&1
	got=$?
	cat said
	[ $got = 3 ] && grep -q "planned for 'nano33ble'" said &&
		[ "$(version)" = 1.1.0 ]
}

# Both types compute with the same kernels: only the type differs.
refuses_type() {
	tar xOf q.tar model.bin >q.bin
	refuses "the image is made for another type of board" q.bin
}

# A simulated board that says it is of that type takes that one, not its own.
takes_type() {
	sed "s|type: sim|type: nano33ble|; s|\[sim\]|[nano33ble]|
		s|sim:demo|exec:$B/bin/tinyml-boardsim --type nano33ble \
--flash nano.flash|" s.yaml >tinyml.yaml
	tinyml run -q flash && tinyml flash -q --to demo &&
		[ "$(version)" = 1.0.0 ]
}

refusals sim sim:demo
check "sim: a model for another type of board is not sent" other_type
check "sim: nor does the board take it, however it comes" refuses_type
check "sim: unless it is started as one of that type" takes_type
need_qemu
refusals mps2-an386 qemu:demo
