#define _GNU_SOURCE
#include "ChildSpawn.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Only async-signal-safe calls in here: the parent has threads.
static void become(const char *path, char *const argv[], char *const envp[], const char *directory,
                   const int streams[3], pid_t parent, bool dies_with_parent, bool own_session) {
    if (own_session) setsid();
    else setpgid(0, 0);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 0; number < 3; number++) {
        int from = streams[number] >= 0 ? streams[number] : open("/dev/null", O_RDWR);
        if (dup2(from, number) < 0) _exit(126);
    }
    if (syscall(SYS_close_range, 3, ~0U, 0) < 0) {
        for (int number = 3; number < 4096; number++) close(number);
    }
    if (directory && chdir(directory) < 0) _exit(126);
    if (dies_with_parent) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        // It may have died before the kernel knew the wish.
        if (getppid() != parent) _exit(126);
    }
    execve(path, argv, envp);
    _exit(127);
}

pid_t child_spawn(const char *path, char *const argv[], char *const envp[], const char *directory, const int streams[3],
                  bool dies_with_parent, bool own_session) {
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) become(path, argv, envp, directory, streams, parent, dies_with_parent, own_session);
    // In both processes, so that the group exists for whoever needs it first.
    if (pid > 0 && !own_session) setpgid(pid, pid);
    return pid;
}

int child_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}
