kern_src := ops.c
