# What `tinyml` lists is there, and every command has the same manners.
B=${B:-build}
judge() {	# name command...
	what=$1
	shift
	if "$@" >"$B/tests/said" 2>&1; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		sed 's/^/# /' "$B/tests/said"
	fi
}

exits() {	# status command...
	want=$1
	shift
	"$@" </dev/null
	got=$?
	[ "$got" = "$want" ] || { echo "exit $got, not $want: $*"; false; }
}

says() {	# text command...
	text=$1
	shift
	"$@" 2>&1 </dev/null | grep -qF -- "$text"
}

listed=$("$B/bin/tinyml" | sed -n 's/^  \([a-z]*\)  *[A-Za-z].*/\1/p' | sort)
built=$(ls cmd | grep -vx tinyml | sort)
judge "tinyml lists exactly the commands there are" \
	test "$listed" = "$built"

for verb in $listed; do
	name=tinyml-$verb
	judge "$name: is built" test -x "$B/bin/$name"
	judge "$name: has a page" test -e "man/man1/$name.1"
	judge "$name: is in tinyml(1)" grep -q "^.*Xr $name 1" man/man1/tinyml.1
	judge "$name: --version" exits 0 "$B/bin/$name" --version
	judge "$name: an unknown option is wrong usage" \
		exits 2 "$B/bin/$name" --no-such-option
	judge "$name: an error has a hint" \
		says "hint: " "$B/bin/$name" --no-such-option
	judge "$name: stdout that is full is a failure" \
		exits 4 sh -c "'$B/bin/$name' -h >/dev/full"
done
judge "tinyml --version" exits 0 "$B/bin/tinyml" --version
judge "tinyml: a typo is answered" \
	says "did you mean 'squeeze'?" "$B/bin/tinyml" sqeeze
judge "tinyml: an unknown command is wrong usage" \
	exits 2 "$B/bin/tinyml" frobnicate
