link_src :=
