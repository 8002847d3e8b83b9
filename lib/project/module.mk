project_src :=
project_test :=
