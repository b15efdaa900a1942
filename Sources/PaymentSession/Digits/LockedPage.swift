private import Glibc
private import Synchronization

/// Pages of memory that are never swapped, never dumped and never inherited by a child process.
///
/// A page of its own for each owner, so that unlocking one never unlocks another: `mlock` does not nest.
enum LockedPage {
    /// Size in bytes: the smallest unit that the kernel locks.
    static let size = 4096

    /// Pages of zeros that are locked and that nobody owns. Mapping and unmapping one for each field of each call stops
    /// every processor each time, for the sake of their address tables.
    @safe private struct Spare: @unchecked Sendable {
        var pages = unsafe [UnsafeMutableRawPointer]()
    }
    private static let spare = Mutex(Spare())

    /// Pages kept at most: what some dozens of calls at a time need.
    private static let mostSpare = 64

    /// A page of zeros; `nil` where the kernel has no page or will not lock one (`RLIMIT_MEMLOCK`).
    static func take() -> UnsafeMutableRawPointer? {
        unsafe spare.withLock { unsafe $0.pages.popLast() } ?? map()
    }

    private static func map() -> UnsafeMutableRawPointer? {
        let mapping = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let page = unsafe mapping, unsafe page != MAP_FAILED else { return nil }
        let isLeftOutOfDumps = unsafe madvise(page, size, MADV_DONTDUMP) == 0
        let isKeptFromChildren = unsafe madvise(page, size, MADV_DONTFORK) == 0
        let isLocked = unsafe mlock(page, size) == 0
        guard isLeftOutOfDumps, isKeptFromChildren, isLocked else {
            unsafe munmap(page, size)
            return nil
        }
        return unsafe page
    }

    /// Overwrites `count` bytes with zeros, by a call that no optimiser removes.
    static func wipe(_ bytes: UnsafeMutableRawPointer, _ count: Int) { unsafe explicit_bzero(bytes, count) }

    /// Overwrites `page` with zeros and gives it back.
    static func giveBack(_ page: UnsafeMutableRawPointer) {
        unsafe wipe(page, size)
        let isKept = spare.withLock { spare in
            guard unsafe spare.pages.count < mostSpare else { return false }
            unsafe spare.pages.append(page)
            return true
        }
        if isKept { return }
        unsafe munlock(page, size)
        unsafe munmap(page, size)
    }
}
