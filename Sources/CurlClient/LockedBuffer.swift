internal import CWipingHeap
internal import Glibc
internal import Synchronization

/// Bytes in pages of their own that are locked in memory, kept out of core dumps and child processes, and zeroed when
/// no longer held.
///
/// A request's body lives here: it is filled once, read by libcurl straight from these pages, and wiped. `capacity` is
/// fixed, because growing would leave a copy behind.
@safe public final class LockedBuffer: @unchecked Sendable {
    // Sendable by discipline: filled by one task, then handed to the one thread that sends it.
    private let region: UnsafeMutableRawBufferPointer
    /// Bytes written so far.
    public private(set) var count = 0
    /// Whether the kernel agreed to keep the pages out of swap; it refuses beyond `RLIMIT_MEMLOCK`.
    public let isLocked: Bool

    /// An empty buffer for at least `capacity` bytes, rounded up to whole pages.
    public init(capacity: Int = 4096) {
        let size = max(1, (capacity + Self.page - 1) / Self.page) * Self.page
        if size == Self.page, let kept = unsafe Self.spare.withLock({ unsafe $0.pages.popLast() }) {
            unsafe region = kept
            isLocked = true
            return
        }
        let address = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        precondition(unsafe address != MAP_FAILED, "no memory for a request of \(size) bytes")
        unsafe region = UnsafeMutableRawBufferPointer(start: address, count: size)
        isLocked = unsafe mlock(region.baseAddress!, size) == 0
        unsafe madvise(region.baseAddress!, size, MADV_DONTDUMP)
        unsafe madvise(region.baseAddress!, size, MADV_DONTFORK)
    }

    deinit {
        wipe()
        if isLocked, unsafe region.count == Self.page {
            let isKept = unsafe Self.spare.withLock { [region] spare in
                guard unsafe spare.pages.count < Self.mostSpare else { return false }
                unsafe spare.pages.append(region)
                return true
            }
            if isKept { return }
        }
        unsafe munmap(region.baseAddress!, region.count)
    }

    private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// Locked pages of zeros that nobody owns: mapping and unmapping one for each request stops every processor each
    /// time.
    @safe private struct Spare: @unchecked Sendable {
        var pages = unsafe [UnsafeMutableRawBufferPointer]()
    }
    private static let spare = Mutex(Spare())

    /// Pages kept at most: what some dozens of requests at a time need.
    private static let mostSpare = 64

    /// Bytes that still fit.
    public var remaining: Int { unsafe region.count - count }

    /// Appends one byte. The buffer must have room.
    public func append(_ byte: UInt8) {
        precondition(remaining > 0, "a request longer than its buffer")
        unsafe region[count] = byte
        count += 1
    }

    /// Appends every byte of `bytes`. The buffer must have room.
    public func append(contentsOf bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte) }
    }

    /// Appends all of `bytes` at once. The buffer must have room.
    public func append(_ bytes: Span<UInt8>) {
        precondition(remaining >= bytes.count, "a request longer than its buffer")
        guard !bytes.isEmpty else { return }
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe tonewall_copy_secret(region.baseAddress! + count, bytes.baseAddress!, bytes.count)
        }
        count += bytes.count
    }

    /// Gives the bytes written so far to `body`, without a copy.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try unsafe body(UnsafeRawBufferPointer(rebasing: region[..<count]))
    }

    /// Zeroes all pages, in a way that the compiler may not leave out.
    public func wipe() {
        unsafe explicit_bzero(region.baseAddress!, region.count)
        count = 0
    }
}
