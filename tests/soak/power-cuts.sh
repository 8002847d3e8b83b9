# 50 random power cuts of an update on QEMU, or CUTS of them from SEED.
CUTS=${CUTS:-50} SEED=${SEED:-$(date +%s)} sh tests/sim/11-power-cuts.sh
