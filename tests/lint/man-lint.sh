# Every page is clean mdoc, and what it refers to exists.
if ! command -v mandoc >/dev/null; then
	echo "ok - pages # SKIP mandoc is not installed"
	exit
fi
for page in man/man*/*; do
	if out=$(mandoc -T lint -W warning "$page"); then
		echo "ok - $page"
	else
		echo "not ok - $page"
		echo "$out" | sed 's/^/# /'
	fi
done

# .Xr NAME SECTION: our own names have a page (theirs are not installed here)
out=$(grep -HE '^\.Xr tinyml' man/man*/* | tr -d '\r' | while read -r at name section rest; do
	[ -e "man/man$section/$name.$section" ] || echo "${at%%:*}: $name($section) $rest"
done)
if [ -z "$out" ]; then
	echo "ok - references between pages lead somewhere"
else
	echo "not ok - references between pages lead somewhere"
	echo "$out" | sed 's/^/# /'
fi
