#pragma once
#include <sys/types.h>

/// Starts `path` with nothing open but `/dev/null`, `output`, `errors` and `files` (descriptors 0 to 2, and from 3 on),
/// an environment of its own, a process group of its own, and bounds that hold from its first instruction on: processor
/// time in seconds, memory in bytes, bytes of a file written, no core file, no new privileges.
///
/// Gives the process, or -1 (`errno` says why). A program that cannot be started ends with 127.
pid_t tonewall_start_child(
    const char *path, char *const arguments[], const int files[], int count, int output, int errors, long seconds, long memory,
    long written);
