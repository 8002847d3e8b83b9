dataset_src :=
dataset_test :=
