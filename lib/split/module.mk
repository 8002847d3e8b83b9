split_src := cost.c solve.c explain.c chain.c prove.c stage.c
split_test := test_split.c
