project_src := project.c schema.c parse.c keys.c stage.c
project_test := test_parse.c
