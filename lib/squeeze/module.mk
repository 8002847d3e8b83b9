squeeze_src := answers.c report.c target.c stage.c
squeeze_test :=
