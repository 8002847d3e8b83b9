#include "features/exact.h"

#include <stdlib.h>

#include "features/sound.h"

static int exact_of_sound(const struct make *make,
			  const struct features_clip *clip, double *out,
			  struct err *err)
{
	struct sound *sound = calloc(1, sizeof(*sound));
	int ret;

	if (!sound)
		return err_nomem(err);
	ret = sound_init(sound, make, err);
	if (!ret)
		ret = sound_exact(sound, clip, out, err);
	free(sound);
	return ret;
}

int features_exact(const struct project_features *features,
		   const struct features_input *from,
		   const struct features_clip *clip, double *out,
		   struct err *err)
{
	struct make make = { .from = *from };
	enum features_block block;
	int ret = features_preset(features, &make.f, &block, err);

	if (ret)
		return ret;
	switch (block) {
	case FEATURES_SOUND:
		return exact_of_sound(&make, clip, out, err);
	default:
		return err_set(err, ERR_UNSUPPORTED, "block '%s' has no form "
			       "other than its integers", make.f.block);
	}
}
