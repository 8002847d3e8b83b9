artifact_src := digest.c key.c key_file.c key_ring.c signature.c name.c \
	manifest.c manifest_check.c manifest_parse.c tar_write.c tar_read.c \
	tar_peek.c make.c parse.c open.c find.c locate.c peek.c lineage.c \
	describe.c extract.c
artifact_test := test_describe.c test_digest.c test_extract.c \
	test_key_file.c test_lineage.c test_locate.c test_make.c \
	test_manifest_parse.c test_parse.c test_signature.c test_tar_read.c \
	test_tar_write.c test_tar_peek.c
