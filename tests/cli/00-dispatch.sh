# tinyml finds commands by name and hands on what they say.
. tests/lib/cli.sh

program() {	# file text
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod +x "$1"
}

mkdir own other
program own/tinyml-hello 'echo "own $*"'
program other/tinyml-hello 'echo other'
program other/tinyml-status 'echo mine'
program other/tinyml-seven 'exit 7'
program other/tinyml-killed 'kill -9 $$'
echo 'no program' >own/tinyml-text

check "no command: the list, exit 0" says "collect " tinyml
check "--help: the same" says "'man tinyml' the whole story" tinyml --help
check "--version" says "tinyml 1." tinyml --version
check "help goes to standard output" sh -c '[ -z "$(tinyml -h 2>&1 >/dev/null)" ]'
check "an unknown command" \
	fails 2 "'frobnicate' is not a tinyml command" tinyml frobnicate
check "a typo is answered" says "did you mean 'status'?" tinyml statsu
check "an option of nobody" fails 2 "unknown option '--hlep'" tinyml --hlep
check "and what was meant" says "did you mean '--help'?" tinyml --hlep
check "a name with a slash is not run" fails 2 "is not a tinyml command" tinyml ../tinyml-run
check "an empty name is not run" fails 2 "'' is not a tinyml command" tinyml ''
check "a name that paints the terminal is shown harmless" sh -c '
	tinyml "$(printf "a\033[2Jb")" 2>&1 | LC_ALL=C grep -q "^error: .*a?\[2Jb"'

check "a command of one's own on PATH" sh -c '
	PATH=$PATH:own; [ "$(tinyml hello a "b c")" = "own a b c" ]'
check "its options are its own" sh -c '
	PATH=$PATH:own; [ "$(tinyml hello --json -h)" = "own --json -h" ]'
check "PATH does not replace a command of ours" sh -c '
	PATH=other:$PATH; tinyml status --version | grep -q "^tinyml 1"'
check "TINYML_EXEC_PATH does" sh -c '
	[ "$(TINYML_EXEC_PATH=other tinyml status)" = mine ]'
check "TINYML_EXEC_PATH is before PATH" sh -c '
	PATH=own:$PATH; [ "$(TINYML_EXEC_PATH=other tinyml hello)" = other ]'
check "a file that is not executable is no command" sh -c '
	PATH=$PATH:own; tinyml text 2>&1 | grep -q "is not a tinyml command"'
check "the command's exit status is kept" \
	env TINYML_EXEC_PATH=other sh -c 'tinyml seven; [ $? = 7 ]'
check "a command that is killed is not exit 0" \
	env TINYML_EXEC_PATH=other sh -c 'tinyml killed; [ $? = 137 ]'
check "a command also runs under its full name" says "usage: tinyml run" \
	tinyml-run -h

for full in "tinyml" "tinyml --version" "tinyml run -h" "tinyml show --help"; do
	check "$full >/dev/full is exit 4" \
		status 4 sh -c "$full >/dev/full"
done
check "and says so" says "No space left" sh -c 'tinyml --version >/dev/full'
check "a reader that leaves is no crash" \
	sh -c 'tinyml -h | true; tinyml run -h | head -1 >/dev/null'
check "options end at --" fails 2 "unexpected operand '--json'" \
	tinyml status -- --json
check "--option=VALUE and --option VALUE are one" sh -c '
	tinyml status --folder=/ 2>a; tinyml status --folder / 2>b; cmp a b'
check "an option without its value" \
	fails 2 "option '--folder' needs an argument: DIR" tinyml status --folder
check "a flag with a value" \
	fails 2 "option '--json' takes no argument" tinyml status --json=yes

mkdir -p moved/bin moved/libexec/tinyml moved/share/tinyml
cp "$bin/tinyml" moved/bin
cp "$bin/tinyml-init" "$bin/tinyml-status" moved/libexec/tinyml
cp "$top/tinyml.yaml.example" moved/share/tinyml
check "an installation that was moved works" \
	env PATH=/bin:/usr/bin moved/bin/tinyml init --name moved moved/p
rm moved/libexec/tinyml/tinyml-status
check "a command of ours that is gone is not installed" \
	fails 4 "'tinyml-status' is not installed" \
	env PATH=/bin:/usr/bin moved/bin/tinyml status
