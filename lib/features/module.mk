features_src :=
features_test :=
