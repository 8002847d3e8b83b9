wire_src := smp.c smp_frame.c session.c messages.c shapes.c stream_fits.c
wire_test := test_smp.c test_smp_frame.c test_session.c test_messages.c \
	test_vectors.c test_page.c
