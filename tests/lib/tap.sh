# tap.sh - sourced by shell tests: one line for each promise, in TAP.
#
#   . tests/lib/tap.sh
#   check "what is promised" command...     ok when the command succeeds
#   check_not "..." command...              ok when it fails
#   skip_all "why"                          print one skipped line and stop
#
# B is made absolute, $scratch is an empty folder that is removed at the end,
# the binaries are first on PATH and keys live in the scratch folder.
B=$(cd "${B:-build}" && pwd)
TOP=$(pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
PATH=$B/bin:$PATH
XDG_CONFIG_HOME=$scratch/config
export PATH XDG_CONFIG_HOME

check() {
	what=$1
	shift
	if "$@" >"$scratch/out" 2>&1; then echo "ok - $what"
	else
		cat "$scratch/out"
		echo "not ok - $what"
	fi
}

check_not() {
	what=$1
	shift
	if "$@" >"$scratch/out" 2>&1; then
		cat "$scratch/out"
		echo "not ok - $what"
	else echo "ok - $what"; fi
}

skip_all() {
	echo "ok - all # SKIP $*"
	exit 0
}
