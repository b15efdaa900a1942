internal import CProcess
internal import Glibc

/// Core files and crash reports, which would carry a process's memory out of it.
package enum CoreDumps {
    /// Forbids core files and crash reports of this process, and that another process of the same user reads its
    /// memory.
    ///
    /// Three ways, because a core limit of 0 is not heeded where the system pipes cores to a program: the filter
    /// (`/proc/self/coredump_filter`, core(5)) leaves every mapping out of whatever is dumped all the same, and the
    /// kernel dumps no process that is not dumpable (`PR_SET_DUMPABLE`, prctl(2)). The Swift runtime's own report of a
    /// crash prints registers and what they point at: signals that end a process do so without it.
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
        // Last: what is not dumpable may not write to its own /proc files either, unless it is root.
        _ = cprocess_forbid_dumps()
    }
}
