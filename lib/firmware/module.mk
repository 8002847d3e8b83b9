firmware_src := seal.c read.c stage.c
firmware_test :=
