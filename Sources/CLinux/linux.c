#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static _Thread_local int64_t thread_id;

int64_t lockstep_thread_id(void) {
    if (thread_id == 0) thread_id = syscall(SYS_gettid);
    return thread_id;
}

int lockstep_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

// Whatever our starter left open is not for a process that outlives us: flock(1) for one hands down its lock.
static void keep_only_standard_descriptors(void) {
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
    // Linux before 5.11.
    long limit = sysconf(_SC_OPEN_MAX);
    for (int descriptor = 3; descriptor < (limit > 0 ? limit : 1024); descriptor++) {
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
}

struct spawned {
    int result;
    pid_t process;
};

// Spawns from a child that ends at once, so that the new process is nobody's child and is reaped by the system: its
// starter may live long and need not know when it ended.
static int spawn_orphan(char *const arguments[], posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes,
                        pid_t *process) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    pid_t between = fork();
    if (between == 0) {
        struct spawned spawned = {0, 0};
        keep_only_standard_descriptors();
        spawned.result = posix_spawn(&spawned.process, arguments[0], files, attributes, arguments, environ);
        ssize_t written = write(ends[1], &spawned, sizeof spawned);
        _exit(written == sizeof spawned ? 0 : 1);
    }
    int result = between < 0 ? errno : 0;
    close(ends[1]);
    if (result == 0) {
        struct spawned spawned;
        ssize_t count;
        do count = read(ends[0], &spawned, sizeof spawned);
        while (count < 0 && errno == EINTR);
        result = count == sizeof spawned ? spawned.result : ECHILD;
        if (result == 0) *process = spawned.process;
        while (waitpid(between, NULL, 0) < 0 && errno == EINTR) continue;
    }
    close(ends[0]);
    return result;
}

int lockstep_spawn_detached(char *const arguments[], const char *log, pid_t *process) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int result = posix_spawn_file_actions_init(&files);
    if (result != 0) return result;
    result = posix_spawnattr_init(&attributes);
    if (result == 0) {
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        posix_spawn_file_actions_adddup2(&files, 1, 2);
        // The calling thread may block signals, and the program ignores SIGPIPE; neither is for the new process.
        sigset_t none, pipe;
        sigemptyset(&none);
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &pipe);
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        result = spawn_orphan(arguments, &files, &attributes, process);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return result;
}

int lockstep_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal) == 0 ? 0 : errno; }
