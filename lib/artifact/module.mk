artifact_src :=
artifact_test :=
