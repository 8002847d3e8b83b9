cbor_src := read.c write.c
cbor_test := test_read.c test_write.c test_vectors.c
