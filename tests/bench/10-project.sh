# What a project of 2,000 recordings costs when nothing, or little, is to do.
. tests/lib/cli.sh
. "$top/tests/lib/bench.sh"
fsdd=$top/../shared/data/fsdd/recordings

rounds 20 true
line "an empty program, for comparison"
rounds 20 tinyml --help
line "tinyml --help" 20
[ -d "$fsdd" ] || { echo "  no ../shared/data/fsdd: no project"; exit; }

tinyml init --name fsdd p >/dev/null 2>&1
cd p || exit
cp -r "$fsdd" words && chmod -R u+w words
sed -e 's/^  from: .*/  from: pattern/' -e 's/^  rate_hz: .*/  rate_hz: 8000/' \
	-e 's/^  pattern: .*/  pattern: "{label}_{speaker}_{index}"/' \
	-e 's/^  test_where: .*/  test_where: index=0-4/' tinyml.yaml >t
mv t tinyml.yaml
rounds 1 tinyml run -q label
line "collect and label 2,000 files, first time"
sleep 1
tinyml run -q label
rounds 20 tinyml run label
line "run with nothing to do" 10
cp -r words ../peer && cd ../peer && git init -q . && git add . &&
	git -c user.name=b -c user.email=b@b commit -q -m b && sleep 1 &&
	git status >/dev/null && peer "git status of the same files" \
	20 git status --porcelain
cd ../p || exit
touched() {
	touch words/7_theo_7.wav
	tinyml run label
}
rounds 20 touched
line "run after one file was touched" 30
rounds 3 tinyml status --deep
line "status --deep: hash all"
