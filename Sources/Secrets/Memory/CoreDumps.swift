internal import CProcess
internal import Glibc

/// Core files and crash reports, which would copy a process's memory to a file.
package enum CoreDumps {
    /// Forbids core files and crash reports of this process, and access to its memory by other processes of the same
    /// user.
    ///
    /// There are three measures, because a core limit of 0 is ignored where the system pipes cores to a program. The
    /// filter (`/proc/self/coredump_filter`, core(5)) excludes every mapping from a dump. The kernel does not dump a
    /// process that is not dumpable (`PR_SET_DUMPABLE`, prctl(2)). The Swift runtime's crash report prints registers
    /// and the memory that they point at, so fatal signals end the process without it.
    package static func forbid() {
        for signal in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP] {
            _ = Glibc.signal(signal, SIG_DFL)
        }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        let filter = unsafe open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC)
        if filter >= 0 {
            _ = unsafe write(filter, "0", 1)
            close(filter)
        }
        // This comes last, because a process that is not dumpable cannot write to its own /proc files, unless it is
        // root.
        _ = cprocess_forbid_dumps()
    }
}
