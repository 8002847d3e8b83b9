model_src := model.c query.c flat.c
model_test :=
