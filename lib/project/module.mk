project_src := project.c schema.c parse.c open.c keys.c stage.c shaped.c lock.c \
	statcache.c sources.c state.c run.c init.c believe.c \
	command.c
project_test := test_parse.c test_state.c test_command.c
