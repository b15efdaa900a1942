internal import Glibc
internal import Synchronization

/// Locks memory of another library that briefly holds a secret.
///
/// Locks are counted by page, because the system does not count them and two secrets may share a page.
package enum BorrowedMemory {
    private static let holders = Mutex<[UInt: Int]>([:])

    /// Locks the pages of `bytes`; `false` if the system does not allow it (`RLIMIT_MEMLOCK`).
    package static func lock(_ bytes: UnsafeRawBufferPointer) -> Bool {
        holders.withLock { holders in
            guard unsafe mlock(bytes.baseAddress!, bytes.count) == 0 else { return false }
            for page in unsafe pages(of: bytes) { holders[page, default: 0] += 1 }
            return true
        }
    }

    /// Unlocks the pages of `bytes` that have no other lock.
    package static func unlock(_ bytes: UnsafeRawBufferPointer) {
        holders.withLock { holders in
            for page in unsafe pages(of: bytes) {
                holders[page, default: 1] -= 1
                guard holders[page] == 0 else { continue }
                holders[page] = nil
                if !CallMemory.isAllLocked { unsafe munlock(UnsafeRawPointer(bitPattern: page), 1) }
            }
        }
    }

    private static func pages(of bytes: UnsafeRawBufferPointer) -> StrideTo<UInt> {
        let start = UInt(bitPattern: bytes.baseAddress)
        let size = UInt(LockedPages.size)
        return stride(from: start / size * size, to: start + UInt(bytes.count), by: Int(size))
    }
}
