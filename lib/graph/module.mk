graph_src := constant.c edit.c fold.c fuse.c identity.c pool.c simplify.c \
	spell.c
graph_test := test_simplify.c test_spell.c
