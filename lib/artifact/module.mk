artifact_src := digest.c key.c key_file.c key_ring.c signature.c
artifact_test :=
