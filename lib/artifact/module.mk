artifact_src := digest.c key.c key_file.c key_ring.c signature.c name.c \
	manifest.c manifest_check.c manifest_parse.c tar_write.c tar_read.c \
	make.c open.c find.c locate.c peek.c
artifact_test := test_open.c
