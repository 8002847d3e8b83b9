train_src :=
train_test :=
