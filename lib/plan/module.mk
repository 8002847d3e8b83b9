plan_src := plan.c offsets.c quantize.c check.c emit_image.c print.c runner.c
plan_test :=
