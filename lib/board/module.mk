board_src := board.c
board_test := test_board.c
