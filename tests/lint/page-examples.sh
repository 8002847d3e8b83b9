# The examples of the pages run.  A block `.Bd -literal` that follows the line
#	.\" test WHERE
# is executed by `sh -e`, without its prompts "$ ", in a folder of its own;
# WHERE says what is in it, words behind it are programs that it needs:
#	words     a folder of recordings, words/CLASS/VOICE_N.wav, no project
#	project   the same in a project whose tinyml.yaml names it
#	made      the same project, small, for the sim board, all of it made;
#		  and from somebody else model.tar and anna.pub, his key
. tests/lib/cli.sh
. "$top/tests/lib/words.sh"

# Print the N-th marked block of a page as its reader sees it.
block() {	# page n
	awk -v want="$2" '
		/^\.\\" test / { marked = 1; n++; next }
		marked && /^\.Bd -literal/ { on = n == want; marked = 0; next }
		/^\.Ed/ { on = 0 }
		on {
			sub(/^\$ /, ""); gsub(/\\e/, "\\")
			gsub(/\\&/, ""); gsub(/\\-/, "-")
			print
		}
	' "$1"
}

small_project() {
	tinyml init --name example . >/dev/null 2>&1
	sed 's/^  filters: .*/  filters: 4/; s/^  blocks: .*/  blocks: 1/; s/^  epochs: .*/  epochs: 2/
	     s/^targets: .*/targets: [sim]/; s/type: mps2-an386/type: sim/
	     s/at: qemu:demo/at: sim:demo/; s/mel_bands: .*/mel_bands: 20/' \
		tinyml.yaml >t && mv t tinyml.yaml
}

make_words "$work/at/words/words"
cp -r at/words at/project
(cd at/project && small_project)
if grep -q '^\.\\" test made' "$top"/man/man*/*; then
	cp -r at/project at/made
	check "a small project is made" sh -ec 'cd at/made && tinyml run -q
		cp artifacts/train.tar model.tar
		cp "$XDG_CONFIG_HOME/tinyml/keys/example.pub" anna.pub
		ln -s "$0" testdata' "$top/testdata"
fi

for page in "$top"/man/man*/*; do
	n=0
	grep '^\.\\" test ' "$page" | while read -r mark word where needs; do
		n=$((n + 1))
		name="$(basename "$page"): example $n"
		if [ -n "$needs" ] && ! command -v "$needs" >/dev/null; then
			skip "$name" "$needs is not installed"
			continue
		fi
		rm -rf here
		cp -r "at/$where" here
		block "$page" $n >here/.example
		check "$name" sh -ec \
			'[ -s here/.example ] && cd here && sh -e ./.example'
	done
done

# The README's walk: its commands but init, one after another.
rm -rf here
cp -r at/made here
sed -n '/^<!-- test made/,/^Each/s/^    \(tinyml [^#]*\).*/\1/p' \
	"$top/README.md" | grep -v '^tinyml init' >here/.example
check "README.md: ten lines with your own data" \
	sh -ec '[ $(wc -l <here/.example) = 7 ] && cd here && sh -e ./.example'
