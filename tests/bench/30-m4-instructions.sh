#!/bin/sh
# Instructions of one inference on an emulated Cortex-M4 (QEMU mps2-an386,
# -icount shift=0), reference and m4 kernels, beside those recorded for
# TensorFlow Lite Micro with CMSIS-NN on the same machine: tflite-micro
# 90b983c2, CMSIS-NN 4ab83cc3, -O2, GCC 12.2.1.  Instructions, not cycles.
#
# With OPS=1 every operation too.  MODELS is the folder of reference models.
core=m4 simd=lib/kern/m4/dsp board=mps2-an386 link=mps2.ld
cpu=-mcpu=cortex-m4
ticks=4000
. tests/lib/instructions.sh <<EOT
kws_ref_model 7699120
vww_96_int8 24104680
pretrainedResnet_quant 29866360
ad01_int8 583840
hello_world_int8 3800
EOT
