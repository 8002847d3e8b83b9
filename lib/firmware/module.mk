firmware_src := seal.c read.c stage.c
firmware_test := test_seal.c test_read.c test_stage.c
