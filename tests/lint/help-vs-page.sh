# -h of every command and its page say the same: uses and options.
B=${B:-build}
command -v mandoc >/dev/null ||
	{ echo "ok - help and pages # SKIP mandoc is not installed"; exit; }

# Words between single blanks; no blank before "..."; one line.
normal() {
	tr '\n' ' ' | sed 's/  */ /g; s/ \.\.\./.../g; s/^ //; s/ $//'
}

help_uses() {	# help
	echo "$1" | sed -n '/^$/q; s/^usage: //; s/^ *or: //; p' | normal
}

page_uses() {	# page
	mandoc -T ascii -O width=400 "$1" | sed 's/.\x08//g' |
		awk '/^[A-Z]/ { on = $1 == "SYNOPSIS"; next } on' | normal
}

help_options() {	# help
	echo "$1" | sed -n '/^options:/,$s/^ *\(-[a-zA-Z]\)\{0,1\},\{0,1\} *--\([a-z-]*\).*/\1 --\2/p' |
		tr ' ' '\n' | grep . | sort
}

page_options() {	# page
	grep '^\.It Fl' "$1" | grep -oE 'Fl -?[a-zA-Z][a-z-]*' |
		sed 's/^Fl /-/' | sort -u
}

# Those that every command has stand in tinyml(1) only.
common() {
	[ "$1" = tinyml ] && cat || grep -vxE -- '-h|--help|--version'
}

judge() {	# name got wanted
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
		return
	fi
	echo "not ok - $1"
	printf 'help: %s\npage: %s\n' "$2" "$3" | sed 's/^/# /'
}

for folder in cmd/*/; do
	verb=$(basename "$folder")
	name=tinyml-$verb
	[ "$verb" = tinyml ] && name=tinyml
	page=man/man1/$name.1
	if ! help=$("$B/bin/$name" -h 2>"$B/tests/said") ||
			[ -s "$B/tests/said" ] || [ -z "$help" ]; then
		echo "not ok - $name: -h answers on standard output, exit 0"
		continue
	fi
	echo "ok - $name: -h answers on standard output, exit 0"
	if [ ! -e "$page" ]; then
		echo "not ok - $name: has a page"
		continue
	fi
	judge "$name: SYNOPSIS is what -h says" \
		"$(help_uses "$help")" "$(page_uses "$page")"
	judge "$name: the page has the options of -h" \
		"$(help_options "$help" | common $name)" \
		"$(page_options "$page" | common $name)"
done
