# 10^4 updates of the simulated board killed, or KILLS of them from SEED.
KILLS=${KILLS:-10000} SEED=${SEED:-$(date +%s)} sh tests/cli/94-killed-delivery.sh
