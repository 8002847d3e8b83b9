/*
 * ed25519 [CASES [SEED]] - compare the board's verdicts with libsodium's on
 * many seeded cases (a million unless told); TAP on standard output.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ed25519_cases.h"

int main(int argc, char **argv)
{
	long cases = argc > 1 ? atol(argv[1]) : 1000000, valid = 0;
	unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	struct ed_case c;
	struct rng rng;
	bool accepted;

	rng_init(&rng, seed, 0);
	for (long i = 0; i < cases; i++) {
		ed_case_make(&c, &rng);
		if (!ed_case_agrees(&c, &accepted)) {
			printf("not ok - ed25519 case %ld of seed %lu\n", i,
			       seed);
			return 1;
		}
		valid += accepted;
	}
	printf("ok - ed25519: %ld cases of seed %lu agree with libsodium, "
	       "%ld valid\n", cases, seed, valid);
	return 0;
}
