# schema.def, tinyml.yaml(5) and tinyml.yaml.example know the same keys, and
# the page states type, range and default of each as the table has them.
B=${B:-build}
page=man/man5/tinyml.yaml.5
work=$B/tests/schema
mkdir -p "$work"

# TEXT("a.b", field, "default", "choices")  ->  a.b No (text, default X)
awk '
function clean(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
/^(TEXT|LONG|REAL|LIST)\(/ {
	kind = substr($0, 1, 4)
	row = $0
	while (row !~ /\)$/ && (getline more) > 0) row = row clean(more)
	sub(/^[A-Z]+\(/, "", row); sub(/\)$/, "", row)
	n = split(row, f, ",")
	for (i = 1; i <= n; i++) { f[i] = clean(f[i]); gsub(/"/, "", f[i]) }
	key = f[1]; value = f[3]
	if (kind == "TEXT" && f[4] != "NULL")
		text = "one of: " f[4] "; default " value
	else if (kind == "TEXT" || kind == "LIST")
		text = (kind == "TEXT" ? "text" : "list") \
			(value == "" ? "" : ", default " value)
	else
		text = (kind == "LONG" ? "whole number " : "number ") \
			f[4] " to " f[5] ", default " value
	print key " No (" text ")"
}' lib/project/schema.def | sort >"$work/table"
sed -n 's/^\.It Ic \([a-z_.]* No (.*)\)$/\1/p' "$page" | sort >"$work/page"

# section:\n  key:\n    key:  ->  section.key.key; comments that are keys are
# not keys; boards: holds names of our choice.
sed -n '/^boards:/q; s/#.*//; p' tinyml.yaml.example | awk '
/^ *[a-z_]+:/ {
	match($0, /^ */); depth = RLENGTH / 2
	name = $1; sub(/:.*/, "", name)
	path[depth] = (depth ? path[depth - 1] "." : "") name
	print path[depth]
}' | sort >"$work/keys"
awk '{ print $1 }' "$work/table" | sort >"$work/wanted"
# sections are keys too
awk -F. '{ p = ""; for (i = 1; i < NF; i++) { p = p (p ? "." : "") $i; print p } }' \
	"$work/wanted" | sort -u | sort -um - "$work/wanted" >"$work/all"

judge() {	# name file file
	if out=$(diff "$2" "$3"); then
		echo "ok - $1"
	else
		echo "not ok - $1"
		echo "$out" | sed 's/^/# /'
	fi
}

judge "tinyml.yaml(5) has every key as schema.def has it" \
	"$work/table" "$work/page"
judge "tinyml.yaml.example has every key, and no other" \
	"$work/all" "$work/keys"
if [ "$(wc -l <"$work/table")" -gt 50 ]; then
	echo "ok - the table was read"
else
	echo "not ok - the table was read"
fi
