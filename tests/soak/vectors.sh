# All vectors of all models on all emulated boards, or VECTORS of each file.
VECTORS=${VECTORS:-0} sh tests/golden/vectors.sh
