# A model's way onto a Cortex-M55 with Helium, emulated as mps3-an547: flashed,
# updated, and answering test recordings as this machine does.
. tests/lib/tap.sh
. tests/lib/life.sh
life_on mps3-an547 kern_m55_depthwise_s8
check "an update" tinyml update -q --to demo
check "it runs then" [ "$(version)" = 1.1.0 ]
