/* seeds_csv DIR - what fuzz_csv starts from: tables as sensors write them. */
#include "seed.h"

static const char *const tables[][2] = {
	{ "plain.csv", "x,y\n1,2\n3,4\n" },
	{ "time.csv", "\xef\xbb\xbf# a board\r\ntime_ms,x,y\r\n0,1e3,-.5\r\n"
		      "10,+2,0.25\r\n" },
	{ "dates.csv", "timestamp;y;x\n2020-03-09 10:14:33.25;1;2\n"
		       "2020-03-09T10:14:34Z;3;4\n" },
	{ "quoted.csv", "\"time (us)\"\t\"x\"\t\"a \"\"y\"\"\" \n1\t\"2\"\t 3\n"
			"\n4\t5\t6\n" },
	{ "since-1970.csv", "t,x\n1583748873000,1\n1583748873001,2\n" },
	{ "bare.csv", "1,2,3\n4,5,6\n" },
	{ "not-a-number.csv", "x,y\n1,nan\n" },
	{ "infinite.csv", "x,y\n1,-inf\n" },
	{ "beyond.csv", "x,y\n1e999,1\n" },
	{ "marked.csv", "y,x\n1,up\n2,up\n3,\n4,up\n5,down\n" },
};

int main(int argc, char **argv)
{
	int bad = argc != 2;

	for (size_t i = 0; !bad && i < sizeof(tables) / sizeof(tables[0]); i++)
		bad = seed_text(argv[1], tables[i][0], tables[i][1]);
	return bad;
}
