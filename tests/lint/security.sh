# Every invariant of tinyml-security(7) names tests, and they exist: lines
#	.Dl FILE: NAME
# where NAME is a Criterion test of FILE or the name a shell test prints.
page=man/man7/tinyml-security.7
grep '^\.Dl tests/' $page | sed 's/^\.Dl //' | {
	n=0 bad=
	while IFS= read -r line; do
		file=${line%%: *} name=${line#*: }
		n=$((n + 1))
		case $file in
		*.c) grep -qE "^(Parameterized)?Test\([a-z0-9_]+, *$name[,)]" \
			"$file" && continue ;;
		*) grep -qE "[\"']$name[\"']" "$file" && continue ;;
		esac
		bad="$bad
# $line"
	done
	if [ -z "$bad" ] && [ $n -gt 50 ]; then
		echo "ok - the $n tests of the invariants exist"
	else
		echo "not ok - the $n tests of the invariants exist$bad"
	fi
}

# Numbers run on from 1, and one that no .Dl follows promises without a test.
bare=$(awk '
	function judge() {
		if (n && !tests) print "# " n " names no test"
		tests = 0
	}
	/^\.It [0-9]+\.$/ {
		judge()
		if ($2 != ++n ".") print "# " $2 " is not " n "."
	}
	/^\.Dl tests\// { tests++ }
	END { judge(); if (n < 30) print "# only " n " invariants" }' $page)
if [ -z "$bare" ]; then
	echo "ok - every invariant names a test"
else
	echo "not ok - every invariant names a test"
	echo "$bare"
fi
