# The readers of .tflite and .onnx attacked by 10^7 inputs each.
if command -v clang >/dev/null; then
	for reader in tflite onnx; do
		FUZZ_RUNS=10000000 FUZZ_SECONDS=14400 FUZZ_VALUES=0 \
			${MAKE:-make} -s T=$reader fuzz
	done
else
	echo "ok - fuzz-models # SKIP no clang"
fi
