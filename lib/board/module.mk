board_src :=
