// What Swift's Glibc module leaves out: headers of Linux, and calls that are macros or need GNU's definitions.
#pragma once
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/types.h>

/// Number of the calling thread. `pthread_self` may be folded by the optimiser across suspension points; this is not.
int64_t lockstep_thread_id(void);

/// Accepts a connection as a non-blocking descriptor that programs started later do not inherit.
int lockstep_accept(int listener);

/// Starts `arguments[0]` in a session of its own with its output appended to the file at `log` and no input, so that it
/// outlives its starter and is not its child. Returns 0 and the process id, or an errno.
int lockstep_spawn_detached(char *const arguments[], const char *log, pid_t *process);

/// Has the kernel send `signal` to this process when its parent dies.
int lockstep_die_with_parent(int signal);
