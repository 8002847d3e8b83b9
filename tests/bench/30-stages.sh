# What each stage costs once, on FSDD or on made-up words, and what a board
# gets.  EPOCHS=N trains for N epochs (2).
. tests/lib/cli.sh
. "$top/tests/lib/bench.sh"
. "$top/tests/lib/tiny.sh"
fsdd=$top/../shared/data/fsdd/recordings

make_tiny p
if [ -d "$fsdd" ]; then
	rm -rf p/words
	cp -r "$fsdd" p/words
	tiny_set p label.from pattern
	sed -i 's/^  from: pattern/&\n  pattern: "{label}_{speaker}_{index}"/' \
		p/tinyml.yaml
	tiny_set p collect.rate_hz 8000
	tiny_set p features.length_ms 1000
fi
tiny_set p train.filters 64
tiny_set p train.blocks 4
tiny_set p train.batch 64
tiny_set p train.epochs "${EPOCHS:-2}"
tiny_set p squeeze.calibration "{samples: 200}"
tiny_set p split.objective bytes
for stage in collect label train squeeze split flash update; do
	rounds 1 tinyml run -q -C p $stage
	line "$stage, $(find p/words -name '*.wav' | wc -l) recordings"
	[ -e p/artifacts/$stage.tar ] || { echo "  $stage failed"; exit; }
done
rounds 3 tinyml verify -C p p/artifacts/collect.tar
line "verify of the dataset"
rounds 3 tinyml verify -C p --chain p/artifacts/update.tar
line "verify --chain of the release"

bytes() {	# what number
	printf '  %-44s %8s bytes\n' "$1" "$2"
}
bytes "the image a board is sent" \
	"$(tar xOf p/artifacts/update.tar model.bin | wc -c)"
for elf in "${bin%/bin}"/firmware/*.elf; do
	[ -e "$elf" ] || continue
	arm-none-eabi-size "$elf" >size
	bytes "$(basename "$elf"), flash" \
		"$(awk 'NR == 2 { print $1 + $2 }' size)"
	bytes "$(basename "$elf"), RAM" "$(awk 'NR == 2 { print $2 + $3 }' size)"
done
