# A model's way onto Cortex-M0 code, emulated as mps2-an385: flashed, answering
# test recordings as this machine does, and counted.
. tests/lib/tap.sh
. tests/lib/life.sh
life_on mps2-an385 kern_m0_depthwise_s8
check "its operations are counted" sh -c \
	"tinyml infer --on demo --profile >text"
sed 's/^/# /' text
check "no cycles are guessed for this core" sh -c '! grep -q estimate text'
