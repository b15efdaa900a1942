internal import CWipingHeap
internal import Glibc

/// The memory of a process that hears a caller's keys.
package enum CallMemory {
    /// Forbids core files, has every block of the heap wiped as it is refunded, and locks all pages where the system
    /// lets.
    ///
    /// Locking needs a limit that covers whatever the process may come to (`RLIMIT_MEMLOCK` unlimited): below it the
    /// next block of memory could not be had.
    package static func protect() {
        CoreDumps.forbid()
        tonewall_wipe_freed_memory()
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit) == 0,
            limit.rlim_cur == rlim_t.max
        else { return }
        _ = mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)
    }
}
