link_src := link.c open_serial.c open_socket.c open_child.c smp_link.c \
	scan.c probe.c emulator.c emulator_up.c report.c report_info.c
link_test := test_link.c test_smp_link.c test_emulator.c \
	test_report.c peer.c
