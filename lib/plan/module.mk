plan_src := plan.c dead.c trim.c offsets.c quantize.c pack.c pack_s4.c \
	places.c stream.c choose.c check.c check_overlap.c table.c move.c \
	host.c state.c sample.c emit_image.c emit_c.c emit_c_table.c \
	emit_c_params.c emit_c_call.c emit_c_state.c emit_c_sample.c print.c \
	runner.c macs.c
plan_test := test_dead.c test_offsets.c test_quantize.c test_plan.c \
	test_packed.c test_runner.c test_emit_c.c test_hostile.c \
	test_stream.c test_s4.c test_slow.c
