internal import Glibc
internal import Synchronization

/// Pages of memory that are never swapped, never dumped and never inherited by a child process.
///
/// Each buffer has its own pages, so that unlocking one never unlocks another: `mlock` does not nest.
enum LockedPages {
    /// Size of a page in bytes, the smallest unit that the kernel locks.
    static let size = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// Single pages of zeros that are locked but unused. Mapping a page for each field and request would stop every
    /// processor, because their address tables must be updated.
    @safe private struct Spare: @unchecked Sendable {
        var pages = unsafe [UnsafeMutableRawBufferPointer]()
    }
    private static let spare = Mutex(Spare())

    /// Largest number of spare pages, enough for dozens of concurrent calls.
    private static let mostSpare = 64

    /// Zeros, `count` bytes rounded up to whole pages; `nil` if the kernel has no pages or locks none
    /// (`RLIMIT_MEMLOCK`).
    static func take(_ count: Int) -> UnsafeMutableRawBufferPointer? {
        let bytes = max(1, (count + size - 1) / size) * size
        if bytes == size, let kept = unsafe spare.withLock({ unsafe $0.pages.popLast() }) { return unsafe kept }
        return unsafe map(bytes)
    }

    private static func map(_ count: Int) -> UnsafeMutableRawBufferPointer? {
        let mapping = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start = unsafe mapping, unsafe start != MAP_FAILED else { return nil }
        let isLeftOutOfDumps = unsafe madvise(start, count, MADV_DONTDUMP) == 0
        let isKeptFromChildren = unsafe madvise(start, count, MADV_DONTFORK) == 0
        let isLocked = unsafe mlock(start, count) == 0
        guard isLeftOutOfDumps, isKeptFromChildren, isLocked else {
            unsafe munmap(start, count)
            return nil
        }
        return unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
    }

    /// Overwrites `pages` with zeros, by a call that no optimiser removes, and releases them.
    static func giveBack(_ pages: UnsafeMutableRawBufferPointer) {
        unsafe explicit_bzero(pages.baseAddress!, pages.count)
        let isKept = spare.withLock { spare in
            guard unsafe pages.count == size && spare.pages.count < mostSpare else { return false }
            unsafe spare.pages.append(pages)
            return true
        }
        if !isKept { unsafe munmap(pages.baseAddress!, pages.count) }
    }
}
