# init: a project and its keys; nothing is ever overwritten.
. tests/lib/cli.sh
keys=$XDG_CONFIG_HOME/tinyml/keys

check "makes a project" says "new project key RW" tinyml init --name one p
check "with the files of a project" sh -c \
	'[ "$(ls -A p | tr "\n" " ")" = ".gitignore tinyml.yaml " ]'
check "named as asked" grep -qx 'project: one' p/tinyml.yaml
check "with both keys" grep -qx 'device_key: one-device' p/tinyml.yaml
check "the project file is valid" \
	fails 3 "cannot find 'p/words'" tinyml run -n -C p
check "labels come from folder names at first" sh -c '
	for line in "from: folder" "pattern: \"\"" "group: file" "classes: \[\]"; do
		grep -q "^  $line *\(#.*\)\{0,1\}$" p/tinyml.yaml || exit 1
	done'
check "and nothing else differs from the reference" sh -c \
	"[ \$(diff '$top/tinyml.yaml.example' p/tinyml.yaml | grep -c '^>') = 7 ]"
check "secret keys are for their owner alone" sh -c \
	"[ \"\$(stat -c %a '$keys/one.key' '$keys/one-device.key' | tr '\n' ,)\" = 600,600, ]"
check "the two keys differ" sh -c "! cmp -s '$keys/one.pub' '$keys/one-device.pub'"
check "no key lies in the project" sh -c '! grep -rl "secret key" p'
check "the key that is printed is the .pub file's" sh -c "
	tinyml init --name two q 2>/dev/null | head -1 | grep -qF \
	\"\$(sed -n 2p '$keys/two.pub')\""

cp p/tinyml.yaml before
check "a second init is refused" fails 4 "exists already" tinyml init p
check "and changes nothing" cmp before p/tinyml.yaml
cp "$keys/one.key" key.before
check "keys that are there are used" \
	says "existing project key" tinyml init --name one r
check "and stay as they are" cmp key.before "$keys/one.key"

mkdir -p 'folder.name' && check "the folder's name is the project's" sh -c '
	cd folder.name && tinyml init >/dev/null 2>&1 &&
	grep -qx "project: folder.name" tinyml.yaml'
mkdir 'a b'
check "a folder whose name cannot be one" \
	fails 2 "'a b' cannot be a project's name" tinyml init 'a b'
check "leaves nothing behind" sh -c '[ -z "$(ls -A "a b")" ]'
for name in '' . .. -x a/b 'a b' "$(printf 'a\nb')"; do
	check "no name: '$(echo $name)'" \
		fails 2 "cannot be a project's name" tinyml init --name="$name" s
done
check "two folders" fails 2 "unexpected operand 'b'" tinyml init a b

check "a key of one's own" says "existing project key" \
	tinyml init --name own --key "$keys/two.key" t
check "is named by its path" grep -qx "key: $keys/two.key" t/tinyml.yaml
check "a key that is not there" fails 3 "cannot find key" \
	tinyml init --name u --key nothing.key u
echo nonsense >bad.key
check "a key that is none" status 3 tinyml init --name u --key bad.key u
check "makes no project" test ! -e u/tinyml.yaml
check "no home for keys" status 3 env -u XDG_CONFIG_HOME -u HOME \
	tinyml init --name v v
: >file
check "a folder that is a file" status 4 tinyml init file
check "below a file" status 4 tinyml init file/below
