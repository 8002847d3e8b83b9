/* seeds_json DIR - what fuzz_json starts from. */
#include "seed.h"

int main(int argc, char **argv)
{
	return argc != 2 ||
	       seed_text(argv[1], "strokes", "{\"strokes\": [{\"index\": 0, "
			 "\"strokePoints\": [{\"x\": -0.05, \"y\": 1e-1}, "
			 "{\"x\": 0.5E+2, \"y\": 12}], \"label\": \"0\"}]}") ||
	       seed_text(argv[1], "words", "[true,false,null,[],{}]\n") ||
	       seed_text(argv[1], "escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t"
			 "\\u0041"
			 "\\u00e9\\u20ac\\ud83d\\ude00\"") ||
	       seed_text(argv[1], "half", "[\"\\ud800\\u0041\"]") ||
	       seed_text(argv[1], "lone", "[\"\\udc00\"]") ||
	       seed_text(argv[1], "zero", "[\"\\u0000\"]") ||
	       seed_text(argv[1], "huge", "[1e999]") ||
	       seed_text(argv[1], "key", "{\"a\" 1}") ||
	       seed_text(argv[1], "open", "[1,") ||
	       seed_text(argv[1], "behind", "1 2");
}
