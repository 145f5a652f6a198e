// Starts children for tests; what posix_spawn cannot do is done between fork and exec.
#pragma once
#include <stdbool.h>
#include <sys/types.h>

// Starts `path` with three standard streams (a descriptor each, -1 for /dev/null) and nothing else open, all signals
// at their defaults. `dies_with_parent`: the kernel kills the child when the calling thread ends. `own_session`: a
// session of its own instead of a process group of its own. Returns the process id, or -1 with errno.
pid_t child_spawn(const char *path, char *const argv[], char *const envp[], const char *directory, const int streams[3],
                  bool dies_with_parent, bool own_session);

// A pipe whose ends are closed on exec; ends[0] reads. Returns 0, or -1 with errno.
int child_pipe(int ends[2]);
