dsp_src :=
dsp_test :=
