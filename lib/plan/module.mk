plan_src :=
plan_test :=
