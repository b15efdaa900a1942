import Glibc

/// Core files, which would carry a process's memory out of it.
public enum CoreDumps {
    /// Forbids core files of this process and of those it starts.
    ///
    /// Two ways, because a core limit of 0 is not heeded where the system pipes cores to a program: the filter
    /// (`/proc/self/coredump_filter`, core(5)) leaves every mapping out of whatever is dumped all the same.
    public static func forbid() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        let filter = unsafe open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC)
        guard filter >= 0 else { return }
        _ = unsafe write(filter, "0", 1)
        close(filter)
    }
}
