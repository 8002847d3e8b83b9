#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

static char folder[64];

static void setup(void)
{
	strcpy(folder, "/tmp/tinyml-file-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(file, .init = setup, .fini = teardown);

static int entries(void)
{
	DIR *dir = opendir(".");
	int n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

Test(file, what_is_written_is_read_back)
{
	struct buf buf = BUF_INIT;
	struct stat st;

	cr_assert_eq(file_write("a", "x\0y", 3, 0600, NULL), 0);
	cr_assert_eq(stat("a", &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
	buf_adds(&buf, ">");
	cr_assert_eq(file_read("a", 3, &buf, NULL), 0);
	cr_assert_eq(buf.len, 4);
	cr_assert_eq(memcmp(buf.data, ">x\0y", 4), 0);
	buf_release(&buf);
}

Test(file, a_write_replaces_and_leaves_no_litter)
{
	struct buf buf = BUF_INIT;
	struct stat st;

	cr_assert_eq(file_write("a", "old and long", 12, 0600, NULL), 0);
	cr_assert_eq(file_write("a", "new", 3, 0644, NULL), 0);
	cr_assert_eq(file_read("a", 100, &buf, NULL), 0);
	cr_assert_str_eq((const char *)buf.data, "new");
	cr_assert_eq(stat("a", &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0644);
	cr_assert_eq(entries(), 1);
	buf_release(&buf);
}

Test(file, the_umask_is_kept)
{
	struct stat st;

	umask(077);
	cr_assert_eq(file_write("a", "x", 1, 0644, NULL), 0);
	cr_assert_eq(stat("a", &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
}

Test(file, a_wide_open_leftover_is_narrowed)
{
	struct stat st;
	int fd = open(".a.tmp", O_WRONLY | O_CREAT, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(fchmod(fd, 0666), 0);
	close(fd);
	cr_assert_eq(file_write("a", "secret", 6, 0600, NULL), 0);
	cr_assert_eq(stat("a", &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
}

Test(file, a_failed_write_leaves_no_litter)
{
	struct err err = { 0 };

	cr_assert_eq(file_write("no/such/a", "x", 1, 0644, &err), ERR_MISSING);
	cr_assert(strstr(err.text, "cannot write 'no/such/a'"));
	cr_assert_eq(mkdir("taken", 0700), 0);
	cr_assert_eq(file_write("taken", "x", 1, 0644, NULL), ERR_IO);
	cr_assert_eq(entries(), 1);
}

Test(file, what_a_killed_writer_left_is_taken_over)
{
	struct buf buf = BUF_INIT;

	cr_assert_eq(file_write(".a.tmp", "half of something", 17, 0600, NULL),
		     0);
	cr_assert_eq(file_write("a", "whole", 5, 0644, NULL), 0);
	cr_assert_eq(file_read("a", 100, &buf, NULL), 0);
	cr_assert_str_eq((const char *)buf.data, "whole");
	cr_assert_eq(entries(), 1);
	buf_release(&buf);
}

Test(file, sweeping_spares_a_living_writer)
{
	int fd;

	cr_assert_eq(file_write(".a.tmp", "half", 4, 0600, NULL), 0);
	fd = open(".a.tmp", O_WRONLY);
	cr_assert_eq(flock(fd, LOCK_EX), 0);
	file_sweep("a");
	cr_assert_eq(entries(), 1);
	close(fd);
	file_sweep("a");
	cr_assert_eq(entries(), 0);
	file_sweep("a");
}

Test(file, a_link_in_place_of_the_temporary_file_is_not_followed)
{
	struct buf buf = BUF_INIT;

	cr_assert_eq(file_write("victim", "mine", 4, 0600, NULL), 0);
	cr_assert_eq(symlink("victim", ".a.tmp"), 0);
	cr_assert_eq(file_write("a", "x", 1, 0644, NULL), ERR_IO);
	cr_assert_eq(file_read("victim", 100, &buf, NULL), 0);
	cr_assert_str_eq((const char *)buf.data, "mine");
	buf_release(&buf);
}

Test(file, devices_and_pipes_are_written_to_not_replaced)
{
	struct err err = { 0 };
	struct stat st;
	char got[4];
	int fd;

	cr_assert_eq(mkfifo("pipe", 0600), 0);
	fd = open("pipe", O_RDWR);
	cr_assert_eq(file_write("pipe", "abc", 3, 0644, NULL), 0);
	cr_assert_eq(read(fd, got, 3), 3);
	cr_assert_eq(stat("pipe", &st), 0);
	cr_assert(S_ISFIFO(st.st_mode));
	close(fd);
	cr_assert_eq(entries(), 1);
	if (access("/dev/full", W_OK))
		return;
	cr_assert_eq(symlink("/dev/full", "full"), 0);
	cr_assert_eq(file_write("full", "x", 1, 0644, &err), ERR_FULL);
	cr_assert_eq(stat("full", &st), 0);
	cr_assert(S_ISCHR(st.st_mode));
}

Test(file, a_link_stays_and_what_it_leads_to_is_replaced)
{
	struct buf buf = BUF_INIT;
	struct stat st;

	cr_assert_eq(mkdir("far", 0700), 0);
	cr_assert_eq(file_write("far/a", "old", 3, 0644, NULL), 0);
	cr_assert_eq(symlink("far/a", "link"), 0);
	cr_assert_eq(file_write("link", "new", 3, 0644, NULL), 0);
	cr_assert_eq(lstat("link", &st), 0);
	cr_assert(S_ISLNK(st.st_mode));
	cr_assert_eq(file_read("far/a", 100, &buf, NULL), 0);
	cr_assert_str_eq((const char *)buf.data, "new");
	buf_release(&buf);
}

static void write_many(char letter)
{
	static char bytes[200000];

	memset(bytes, letter, sizeof(bytes));
	for (int i = 0; i < 50; i++)
		if (file_write("a", bytes, sizeof(bytes), 0644, NULL))
			_exit(1);
}

Test(file, two_writers_never_mix)
{
	struct buf buf = BUF_INIT;
	int status;

	if (fork() == 0) {
		write_many('x');
		_exit(0);
	}
	write_many('y');
	cr_assert_eq(file_read("a", 200000, &buf, NULL), 0);
	for (size_t i = 0; i < buf.len; i++)
		cr_assert_eq(buf.data[i], buf.data[0]);
	cr_assert_eq(buf.len, 200000);
	cr_assert_gt(wait(&status), 0);
	cr_assert_eq(status, 0);
	cr_assert_eq(entries(), 1);
	buf_release(&buf);
}

Test(file, a_full_disk_is_told)
{
	struct err err = { 0 };

	if (access("/dev/full", W_OK))
		cr_skip_test("no /dev/full");
	cr_assert_eq(dup2(fileno(fopen("/dev/full", "w")), 1), 1);
	cr_assert_eq(file_write("-", "x", 1, 0, &err), ERR_FULL);
}

Test(file, a_file_at_the_limit_passes_and_one_byte_more_does_not)
{
	static uint8_t bytes[200001];
	struct buf buf = BUF_INIT;
	struct err err = { 0 };

	cr_assert_eq(file_write("a", bytes, sizeof(bytes), 0644, NULL), 0);
	cr_assert_eq(file_read("a", sizeof(bytes), &buf, NULL), 0);
	cr_assert_eq(buf.len, sizeof(bytes));
	buf_clear(&buf);
	buf_adds(&buf, "kept");
	cr_assert_eq(file_read("a", sizeof(bytes) - 1, &buf, &err), ERR_LIMIT);
	cr_assert_eq(buf.len, 4);
	cr_assert_str_eq(err.text, "'a' is larger than 200000 bytes");
	buf_release(&buf);
}

Test(file, folders_devices_and_pipes_are_not_files)
{
	struct buf buf = BUF_INIT;

	cr_assert_eq(mkfifo("pipe", 0600), 0);
	cr_assert_eq(file_read(".", 10, &buf, NULL), ERR_FORMAT);
	cr_assert_eq(file_read("/dev/zero", 10, &buf, NULL), ERR_FORMAT);
	cr_assert_eq(file_read("pipe", 10, &buf, NULL), ERR_FORMAT);
	cr_assert_eq(file_read("none", 10, &buf, NULL), ERR_MISSING);
	cr_assert_eq(buf.len, 0);
}

Test(file, folders_are_made_with_their_parents)
{
	cr_assert_eq(file_mkdirs("a/b/c", NULL), 0);
	cr_assert_eq(file_mkdirs("a/b/c", NULL), 0);
	cr_assert(file_is_dir("a/b/c"));
	cr_assert_eq(file_mkparents("a/x/y.txt", NULL), 0);
	cr_assert(file_is_dir("a/x"));
	cr_assert_not(file_exists("a/x/y.txt"));
	cr_assert_eq(file_mkparents("plain", NULL), 0);
	cr_assert_eq(file_mkparents("/plain", NULL), 0);
}

Test(file, a_file_in_the_way_of_a_folder_is_told)
{
	struct err err = { 0 };

	cr_assert_eq(file_write("a", "x", 1, 0644, NULL), 0);
	cr_assert_eq(file_mkdirs("a", &err), ERR_IO);
	cr_assert_str_eq(err.text, "'a' is not a folder");
	cr_assert_eq(file_mkdirs("a/b", NULL), ERR_IO);
	cr_assert(file_exists("a"));
	cr_assert_not(file_is_dir("a"));
}

static void check_join(const char *a, const char *b, const char *want)
{
	char *path = file_join(a, b);

	cr_assert_str_eq(path, want);
	free(path);
}

Test(file, join_knows_here_and_absolute)
{
	check_join("a", "b", "a/b");
	check_join("a/b", "c/d", "a/b/c/d");
	check_join("", "b", "b");
	check_join(".", "b", "b");
	check_join("a", "/b", "/b");
}
