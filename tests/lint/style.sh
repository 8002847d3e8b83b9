# What can be counted about style.
B=${B:-build}
work=$B/tests/style
rm -rf "$work" && mkdir -p "$work"
git ls-files >"$work/all" 2>/dev/null ||
	find . -name build -prune -o -type f -print | sed 's,^\./,,' >"$work/all"
grep -E '^(lib|cmd|mcu|tests)/.*\.([ch]|inc)$' "$work/all" >"$work/code"
grep -E '^(lib|cmd|mcu|tests|man)/|^Makefile$|^tinyml.yaml' "$work/all" |
	grep -vE '\.(bin|png|wav|tflite)$' >"$work/text"

judge() {	# name complaints
	if [ -s "$work/$2" ]; then
		echo "not ok - $1"
		sed 's/^/# /' "$work/$2" | head -40
	else
		echo "ok - $1"
	fi
}

LC_ALL=C xargs awk -v out="$work/" '
function file_end() {
	if (lines > 800) print file ": " lines " lines" >(out "files")
}
FNR == 1 { file_end(); file = FILENAME; start = 0 }
{
	lines = FNR
	line = $0
	gsub(/[\200-\277]/, "", line)		# UTF-8: count first bytes only
	n = split(line, part, "\t")
	col = 0
	for (i = 1; i < n; i++)
		col = int((col + length(part[i])) / 8) * 8 + 8
	if (n) col += length(part[n])
	if (col > 80) print file ":" FNR ": " col " columns" >(out "columns")
}
# a table of cases is data, however it is spelled
/^ParameterizedTestParameters/ { table = FNR + 1 }
/^{/ { start = FNR == table ? 0 : FNR }
/^}/ && start {
	if (FNR - start > 81)
		print file ":" start ": " FNR - start - 1 " lines" \
			>(out "functions")
	start = 0
}
END { file_end() }' <"$work/code"
judge "no line is longer than 80 columns" columns
judge "no function is longer than 80 lines" functions
judge "no file is longer than 800 lines" files

xargs grep -nE '[ 	]+$' <"$work/text" >"$work/blanks"
judge "no blanks at the end of a line" blanks
xargs grep -nE '^ {8}' <"$work/code" >"$work/spaces"
judge "code is indented with tabs" spaces
word='TO''DO|FIX''ME|XX''X'
xargs grep -nwE "$word" <"$work/text" | grep -v 'mktemp.*X\{6\}\|XXXXXX' >"$work/later"
judge "nothing is put off" later
xargs grep -nE '/(work|home|root)/' <"$work/text" >"$work/paths"
judge "no path of one machine" paths

# Libraries return, they never end the program nor print; cli prints.
# (_exit is the child's between fork and exec, which has nowhere to return to.)
find "$B/lib" -name '*.o' ! -path "$B/lib/cli/*" 2>/dev/null | xargs -r nm -A -u |
	grep -wE 'exit|abort|printf|puts|putchar|perror|stdout' >"$work/ends"
judge "libraries neither print nor exit" ends

# cmd/VERB/main.c: main in at most 80 lines is held above; a header is a manual.
xargs awk -v out="$work/" '
function header_end() {
	if (file && !seen) print file >(out "headers")
}
FNR == 1 { header_end(); file = FILENAME; seen = 0 }
/\/\*/ { seen = 1 }
END { header_end() }' <<END
$(grep -E '^(lib|mcu)/.*\.h$' "$work/code")
END
judge "every header says what it is for" headers

# The shape of the whole: short functions, headers that explain.
grep -E '^(lib|cmd|mcu)/.*\.c$' "$work/code" | xargs awk '
	/^{/ { start = FNR }
	/^}/ && start { print FNR - start - 1; start = 0 }' | sort -n | awk '
	{ lines[NR] = $1 }
	END {
		half = lines[int(NR / 2)]; most = lines[int(NR * 0.9)]
		if (half > 15 || most > 50)
			print "half have " half " lines, nine of ten " most
	}' >"$work/shape"
judge "half of the functions have at most 15 lines, nine of ten 50" shape
# Not those that are kernels to be compiled more than once, or instructions.
grep -E '^(lib|mcu)/.*\.h$' "$work/code" |
	grep -Ev '/(simd|vec|vec_[a-z0-9]*|kernels|rows)\.h$' | xargs cat | awk '
	/[^ \t]/ { all++ }
	/\/\*/ { on = 1 }
	on && /[^ \t]/ { comment++ }
	/\*\// { on = 0 }
	END {
		if (comment < 0.45 * all)
			print int(100 * comment / all) " of 100 lines"
	}' >"$work/manual"
judge "the headers are 45 in 100 comment" manual
