# Each reader of foreign bytes attacked for an hour, or FUZZ_SECONDS.
if command -v clang >/dev/null; then
	FUZZ_SECONDS=${FUZZ_SECONDS:-3600} ${MAKE:-make} -s fuzz
else
	echo "ok - fuzz # SKIP no clang"
fi
