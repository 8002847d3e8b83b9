#!/bin/sh
# As 30-m4-instructions.sh, on an emulated Cortex-M55 with Helium (QEMU
# mps3-an547).  A vector instruction counts one, as others do; on the core
# those of 128 bits take two cycles.
core=m55 simd=lib/kern/m55/mve board=mps3-an547 link=mps3.ld
cpu="-mcpu=cortex-m55 -mfloat-abi=hard"
ticks=3125
. tests/lib/instructions.sh <<EOT
kws_ref_model 1814969
vww_96_int8 6561281
pretrainedResnet_quant 4914750
ad01_int8 151000
str_ww_ref_model 408469
micro_speech_quantized 1008625
person_detect 6511062
keyword_scrambled_8bit 55500
trained_lstm_int8 261250
hello_world_int8 2469
EOT
