# same-bytes: equal recordings, parameters and key give equal artifacts, in any
# folder, with any number of threads, in any surroundings, on any processor.
. tests/lib/cli.sh
. "$top/tests/lib/tiny.sh"

make_tiny one
# Threads share shards of 8 samples: 32 more recordings, batches of 40.
for n in $(seq 100 115); do
	one_word low $n >one/words/low/more_$n.wav
	one_word high $n >one/words/high/more_$n.wav
done
tiny_set one label.train 80
tiny_set one label.validation 10
tiny_set one label.test 10
tiny_set one train.batch 40
tinyml run -q -C one --threads 1 >/dev/null 2>&1 ||
	{ echo "not ok - the project runs"; exit; }

fresh() {	# folder: a copy in which nothing was made yet
	mkdir -p "$1"
	cp one/tinyml.yaml "$1"
	cp -R one/words "$1"
}

same() {	# folder
	for stage in collect label train squeeze split flash update; do
		cmp one/artifacts/$stage.tar "$1/artifacts/$stage.tar" ||
			return
	done
	cmp one/tinyml.lock "$1/tinyml.lock"
}

fresh "far away/and deep/two"
elsewhere() {
	cp -R "$XDG_CONFIG_HOME" other-config
	( umask 077
	  cd "far away/and deep" &&
	  env -i PATH="$PATH" HOME=/nowhere XDG_CONFIG_HOME="$work/other-config" \
		TZ=Pacific/Kiritimati LANG=de_DE.UTF-8 LC_ALL=tr_TR.UTF-8 \
		tinyml run -q -C two --threads 2 ) && same "far away/and deep/two"
}
check "another folder, 2 threads, umask, HOME, TZ, LANG: same bytes" elsewhere

threads() {	# count
	rm -rf three
	fresh three
	tinyml run -q -C three --threads "$1" && same three
}
for n in 3 7; do
	check "$n threads: same bytes" threads $n
done

touched() {	# other times, owners' bits and order of making
	rm -rf four
	mkdir four
	cp one/tinyml.yaml four
	for class in low high; do
		mkdir -p four/words/$class
		for file in $(cd one/words/$class && ls -r); do
			cp one/words/$class/"$file" four/words/$class
			chmod 0600 four/words/$class/"$file"
			touch -d '1999-12-31 23:59' four/words/$class/"$file"
		done
	done
	tinyml run -q -C four && same four
}
check "other times and modes of the recordings: same bytes" touched

again() {
	rm -rf one/.tinyml
	cp -R one five
	tinyml run -q -f -C five && same five
}
check "made again over itself: same bytes" again

for isa in plain avx2 avx512; do
	case $isa in
	avx2) flag='avx2' ;;
	avx512) flag='avx512f' ;;
	*) flag= ;;
	esac
	name="trained with $isa: same bytes"
	if [ -n "$flag" ] && ! grep -qw $flag /proc/cpuinfo; then
		skip "$name" "this processor has no $isa"
	else
		check "$name" sh -c "tinyml train -q -C one --isa $isa \
			-o $isa.tar && cmp $isa.tar one/artifacts/train.tar"
	fi
done
