bits_src := cursor.c crc.c
bits_test := test_cursor.c
