features_src := make.c make_kws.c make_raw.c preset.c compute.c items.c yaml.c
features_test := test_make.c test_preset.c test_make_raw.c test_compute.c test_yaml.c
