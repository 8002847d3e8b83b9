#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ed25519_cases.h"

#define VERDICTS "../shared/vectors/ed25519/verdicts.tsv"

enum { CASES = 10000, LINE_MAX_BYTES = 1 << 20 };

/* RFC 8032 section 7.1, tests 1 to 3: key, signature, message */
static const struct {
	const char *key, *signature, *message;
} rfc[] = {
	{ "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
	  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
	  "" },
	{ "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
	  "72" },
	{ "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
	  "af82" },
};

Test(ed25519, rfc_8032_and_every_flipped_bit_of_the_signature)
{
	uint8_t key[32], signature[64], message[2];

	for (size_t i = 0; i < sizeof(rfc) / sizeof(rfc[0]); i++) {
		size_t n = strlen(rfc[i].message) / 2;

		cr_assert(text_unhex(rfc[i].key, key, 32));
		cr_assert(text_unhex(rfc[i].signature, signature, 64));
		cr_assert(n == 0 || text_unhex(rfc[i].message, message, n));
		cr_assert_eq(ed25519_verify(signature, message, n, key),
			     ED25519_VALID);
		for (int bit = 0; bit < 512; bit++) {
			signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
			cr_assert_neq(ed25519_verify(signature, message, n,
						     key), ED25519_VALID);
			signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

Test(ed25519, agrees_with_libsodium_on_10000_seeded_cases)
{
	struct rng rng;
	struct ed_case c;
	bool accepted;
	int valid = 0;

	rng_init(&rng, 20261120, 0);
	for (int i = 0; i < CASES; i++) {
		ed_case_make(&c, &rng);
		cr_assert(ed_case_agrees(&c, &accepted), "case %d", i);
		valid += accepted;
	}
	cr_assert(valid > CASES / 10 && valid < CASES / 2, "%d", valid);
}

/* One line of verdicts.tsv: does our verdict equal the sixth column? */
static bool verdict_agrees(char *line)
{
	char *field[6], *rest = line;
	uint8_t key[32], *signature, *message;
	bool accept = false;
	size_t n;

	for (int i = 0; i < 6; i++) {
		field[i] = strsep(&rest, "\t\n");
		cr_assert_not_null(field[i]);
		if (strcmp(field[i], "-") == 0)
			field[i] = strchr(field[i], 0);
	}
	n = strlen(field[4]) / 2;
	signature = malloc(64);
	message = malloc(n + 1);
	if (strlen(field[3]) == 128 && strlen(field[2]) == 64) {
		cr_assert(text_unhex(field[2], key, 32));
		cr_assert(text_unhex(field[3], signature, 64));
		cr_assert(n == 0 || text_unhex(field[4], message, n));
		accept = ed25519_verify(signature, message, n, key) ==
			 ED25519_VALID;
	}
	free(signature);
	free(message);
	return accept == (strcmp(field[5], "accept") == 0);
}

Test(ed25519, agrees_with_all_1082_recorded_verdicts)
{
	FILE *file = fopen(VERDICTS, "r");
	char *line;
	int count = 0;

	if (!file)
		cr_skip_test("no " VERDICTS);
	line = malloc(LINE_MAX_BYTES);
	cr_assert_not_null(fgets(line, LINE_MAX_BYTES, file));
	while (fgets(line, LINE_MAX_BYTES, file)) {
		cr_assert(verdict_agrees(line), "line %d", count + 2);
		count++;
	}
	cr_assert_eq(count, 1082);
	free(line);
	fclose(file);
}
