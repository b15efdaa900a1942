internal import CWipingHeap
internal import Glibc
internal import Synchronization

/// Protects the memory of a process that hears a caller's keys.
package enum CallMemory {
    private static let all = Atomic(false)

    /// Whether all pages of this process are locked.
    static var isAllLocked: Bool { all.load(ordering: .relaxed) }

    /// Forbids core files, wipes every block of the heap when it is freed, and locks all pages if the system allows it.
    ///
    /// Locking all pages needs an unlimited `RLIMIT_MEMLOCK`. With a limit, a later allocation would fail.
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
