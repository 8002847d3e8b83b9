# words.sh - recordings made of nothing, for tests of the command line.
#
#   make_words DIR    DIR/{high,low}/VOICE_N.wav: 2 classes, 4 voices, 3 of
#                     each; half a second of a tone in noise, 16 kHz, 16 bits

make_words() {
	seed=0
	for class in low high; do
		mkdir -p "$1/$class"
		for voice in anna ben cleo dan; do
			for n in 0 1 2; do
				seed=$((seed + 1))
				one_word $class $seed >"$1/$class/${voice}_$n.wav"
			done
		done
	done
}

# 8000 samples behind a header of 44 bytes
one_word() {	# class seed
	printf 'RIFF\244\076\000\000WAVEfmt \020\000\000\000\001\000\001\000'
	printf '\200\076\000\000\000\175\000\000\002\000\020\000'
	printf 'data\200\076\000\000'
	printf "$(awk -v class="$1" -v seed="$2" 'BEGIN {
		period = class == "low" ? 40 + seed % 5 : 10 + seed % 3
		x = seed * 7919
		for (i = 0; i < 8000; i++) {
			x = (x * 1103 + 12345) % 65536
			v = (i % period < period / 2 ? 6000 : -6000)
			v = int(v + x / 16) % 65536
			if (v < 0) v += 65536
			printf "\\%03o\\%03o", v % 256, int(v / 256)
		}
	}')"
}
