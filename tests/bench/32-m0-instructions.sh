#!/bin/sh
# As 30-m4-instructions.sh, in Cortex-M0 code on QEMU's mps2-an385, whose
# Cortex-M3 runs it: models outgrow the micro:bit.  Nothing was recorded for
# TensorFlow Lite Micro; the ratio is to the reference kernels.
core=m0 simd=lib/kern/m0/thumb board=mps2-an385 link=mps2.ld
cpu=-mcpu=cortex-m0
ticks=4000
. tests/lib/instructions.sh <<EOT
kws_ref_model -
vww_96_int8 -
pretrainedResnet_quant -
ad01_int8 -
str_ww_ref_model -
EOT
