#include "flash/identify.h"

#include "flash/ask.h"

int identify_board(struct stage *stage, struct smp_link *sl,
		   const struct artifact *squeezed, struct artifact **split,
		   struct err *err)
{
	struct ask_info info;
	int ret = ask_info(sl, &info, err);

	*split = NULL;
	if (ret)
		return ret;
	if (info.has_model && digest_equal(&info.identity, &squeezed->id))
		return 0;
	if (info.has_model &&
	    stage_input(stage, STAGE_SPLIT, NULL, split, NULL) == 0 &&
	    digest_equal(&info.identity, &(*split)->id) &&
	    (*split)->input_count == 1 &&
	    digest_equal(&(*split)->inputs[0].id, &squeezed->id))
		return 0;
	artifact_close(*split);
	*split = NULL;
	err_set(err, ERR_NO, "the board does not run the model of this "
		"project's squeezed artifact");
	err_hint(err, "bring it there with 'tinyml flash --to' or "
		 "'tinyml update --to'");
	return ERR_NO;
}
