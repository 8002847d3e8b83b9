features_src := make.c compute.c items.c yaml.c
features_test := test_make.c test_compute.c test_yaml.c
