#!/bin/sh
# Values and gradients of the training engine beside those of oneDNN, another
# implementation by other people: each kind of layer, each class of kernel,
# stride and padding.  oneDNN is only needed here.
B=${B:-build}
src=tests/golden/gradients
out=$B/$src
name="train: values and gradients are oneDNN's"
cc=${CC:-gcc}
mkdir -p "$out"

# two lines that need the header and the library
printf '#include <oneapi/dnnl/dnnl.h>\nint main(void) { return !%s; }\n' \
	'dnnl_version()' >"$out/present.c"
$cc -o "$out/present" "$out/present.c" -ldnnl 2>/dev/null || {
	echo "ok - $name # SKIP no oneDNN (libdnnl-dev)"
	exit 0
}
$cc -std=gnu17 -O1 -Wall -Wextra -ffp-contract=off -D_GNU_SOURCE -Ilib $SAN \
	-o "$out/compare" $src/*.c "$B/libtinyml.a" -ldnnl \
	$(pkg-config --libs libsodium) -lm -lpthread || {
	echo "not ok - $name: does not compile"
	exit 1
}
OMP_NUM_THREADS=1 "$out/compare"
status=$?
[ $status = 0 ] || echo "not ok - $name: ended with $status"
