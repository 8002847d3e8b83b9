#!/bin/sh
# projects: the project files of testdata/projects collect and label their data
# sets; the parts have the sizes that are written down here.
. tests/lib/cli.sh
data=$top/../shared/data

# NAME DATA PARTS: "train validation test" items in all
splits() {
	if [ ! -d "$data/$2" ]; then
		skip "$1: the split" "no data beside the repository"
		return
	fi
	cp -r "$top/testdata/projects/$1" . && ln -s "$data/$2" "$1/data"
	cd "$1" && tinyml collect -q --unsigned >said 2>&1 &&
		tinyml label --unsigned >said 2>&1
	check "$1: the split is $3" sh -c \
		"tail -n 2 said | head -n 1 | tr -s ' ' | cut -d' ' -f2-4 |
		 grep -qx '$3' || { cat said; false; }"
	cd .. && rm -rf "$1"
}

splits fsdd fsdd/recordings "1609 191 200"
splits fsdd-speaker fsdd/recordings "1334 166 500"
splits mnist mnist "56958 3042 5000"
splits cifar10 cifar10 "47470 2530 5000"
splits sign-digits sign-digits "1299 137 206"
splits har-sp-sw har-sp-sw "959 152 222"
splits magic-wand magic-wand "560 80 160"
splits skab skab/valve1 "4800 1600 11760"
splits wake-words wake-words "186 24 90"
