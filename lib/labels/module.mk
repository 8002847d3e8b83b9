labels_src :=
labels_test :=
