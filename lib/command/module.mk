command_src := place.c run.c supervise.c relay.c outbox.c npy.c
command_test := test_relay.c test_run.c test_outbox.c
