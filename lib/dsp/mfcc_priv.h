/* mfcc's two files. */
#ifndef TINYML_DSP_MFCC_PRIV_H
#define TINYML_DSP_MFCC_PRIV_H

struct cursor;
struct dsp_recipe;

int dsp_mfcc_open(struct cursor *cur, struct dsp_recipe *recipe);

#endif
