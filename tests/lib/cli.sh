# cli.sh - what tests of commands share; read with `. tests/lib/cli.sh`.
#
#   $bin          the commands, first on PATH      $top    the repository
#   $work         an empty folder, current, removed at the end
#   check NAME COMMAND...    one TAP line: did the command succeed
#   status N COMMAND...      succeeds when the command exits N
#   says TEXT COMMAND...     succeeds when the command prints TEXT, anywhere
#   fails N TEXT COMMAND...  exits N, says TEXT, in exactly one error line
#   skip NAME WHY
B=${B:-build}
top=$(pwd)
case $B in /*) bin=$B/bin ;; *) bin=$top/$B/bin ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH=$bin:$PATH
XDG_CONFIG_HOME=$work/config
unset TINYML_EXEC_PATH
export PATH XDG_CONFIG_HOME
cd "$work" || exit 1

check() {
	name=$1
	shift
	if "$@" >"$work/.out" 2>"$work/.err"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		sed 's/^/# /' "$work/.out" "$work/.err"
	fi
}

skip() {
	echo "ok - $1 # SKIP $2"
}

status() {
	want=$1
	shift
	"$@"
	got=$?
	[ "$got" = "$want" ] || { echo "exit $got, not $want" >&2; return 1; }
}

says() {
	text=$1
	shift
	"$@" >"$work/.said" 2>&1
	grep -qF -- "$text" "$work/.said" || { cat "$work/.said"; return 1; }
}

fails() {
	want=$1 text=$2
	shift 2
	"$@" >"$work/.said" 2>&1
	got=$?
	cat "$work/.said"
	[ "$got" = "$want" ] || { echo "exit $got, not $want"; return 1; }
	grep -qF -- "$text" "$work/.said" || { echo "lacks '$text'"; return 1; }
	[ "$(grep -c '^error: ' "$work/.said")" = 1 ]
}
