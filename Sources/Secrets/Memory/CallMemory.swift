internal import CWipingHeap
internal import Glibc
internal import Synchronization

/// The memory of a process that hears a caller's keys.
package enum CallMemory {
    private static let all = Atomic(false)

    /// Whether all pages of this process are locked.
    static var isAllLocked: Bool { all.load(ordering: .relaxed) }

    /// Forbids core files, has every block of the heap wiped as it is given back, and locks all pages where the system
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
        let isLocked = mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0
        all.store(isLocked, ordering: .relaxed)
    }
}
