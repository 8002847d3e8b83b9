# The include order of lib/LAYERS holds, and the checker would notice.
if out=$(sh tests/lint/layers); then echo "ok - includes go down"
else echo "$out"; echo "not ok - includes go down"; fi
mkdir -p "$B/tests/layers/lib/bits" && cp lib/LAYERS "$B/tests/layers/lib/"
mkdir -p "$B/tests/layers/cmd" "$B/tests/layers/mcu"
echo '#include "base/error.h"' >"$B/tests/layers/lib/bits/bad.c"
if (cd "$B/tests/layers" && sh "$TOP/tests/lint/layers" >/dev/null); then
	echo "not ok - an include that goes up is found"
else echo "ok - an include that goes up is found"; fi
