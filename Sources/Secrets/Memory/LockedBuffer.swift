internal import CWipingHeap
internal import Glibc
internal import SecretProtocols

/// Bytes in locked pages of their own. They are overwritten with zeros when the last owner releases the buffer.
///
/// Its size is fixed, because growing would leave a copy. Without a lock there is no buffer: if the kernel does not
/// lock memory, creation fails.
@safe package final class LockedBuffer: SecretBuffer, @unchecked Sendable {
    // Sendable by convention: one task fills it and then passes it to the thread that sends it.
    private let pages: UnsafeMutableRawBufferPointer
    /// Number of bytes appended so far.
    package private(set) var count = 0

    /// An empty buffer for at least `capacity` bytes, rounded up to whole pages; `nil` if the kernel does not lock
    /// memory for it (`RLIMIT_MEMLOCK`).
    package init?(capacity: Int) {
        guard let pages = unsafe LockedPages.take(capacity) else { return nil }
        unsafe self.pages = pages
    }

    deinit { unsafe LockedPages.giveBack(pages) }

    /// Number of bytes that still fit.
    package var remaining: Int { unsafe pages.count - count }

    /// Appends one byte. The buffer must have room.
    package func append(_ byte: UInt8) {
        precondition(remaining > 0, "a request longer than its buffer")
        unsafe pages[count] = byte
        count += 1
    }

    /// Appends all of `bytes`. The buffer must have room.
    package func append(_ bytes: Span<UInt8>) {
        precondition(remaining >= bytes.count, "a request longer than its buffer")
        guard !bytes.isEmpty else { return }
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe tonewall_copy_secret(pages.baseAddress! + count, bytes.baseAddress!, bytes.count)
        }
        count += bytes.count
    }

    /// Passes the bytes appended so far to `body`, without a copy.
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try unsafe body(UnsafeRawBufferPointer(rebasing: pages[..<count]))
    }

    /// Copies the bytes after the first `start` ones, as far as there is room. Returns their number. No copy stays in
    /// registers.
    package func copy(from start: Int, to room: UnsafeMutableRawBufferPointer) -> Int {
        precondition((0...count).contains(start), "beyond the buffer")
        let length = min(room.count, count - start)
        if length > 0 { unsafe tonewall_copy_secret(room.baseAddress!, pages.baseAddress! + start, length) }
        return length
    }

    /// Overwrites everything with zeros and empties the buffer.
    package func wipe() {
        unsafe explicit_bzero(pages.baseAddress!, pages.count)
        count = 0
    }

    package subscript(index: Int) -> UInt8 {
        get { unsafe pages[checked(index)] }
        set { unsafe pages[checked(index)] = newValue }
    }

    package func withBytes<R, E: Error>(in range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        precondition(unsafe range.upperBound <= pages.count, "beyond the buffer")
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: pages[range]).bindMemory(to: UInt8.self)
        return try unsafe body(bytes.span)
    }

    package func wipe(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        precondition(unsafe range.upperBound <= pages.count, "beyond the buffer")
        unsafe explicit_bzero(pages.baseAddress! + range.lowerBound, range.count)
    }

    /// Checks that `index` lies in the buffer, because a release build does not check pointers.
    private func checked(_ index: Int) -> Int {
        precondition(unsafe index >= 0 && index < pages.count, "beyond the buffer")
        return index
    }
}
