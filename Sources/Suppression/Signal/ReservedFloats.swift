internal import Glibc

/// Zeros that take no memory until one of them is written.
///
/// Most legs carry no digit, and what is kept for those that do is as large as all the rest. Pages of the system cost
/// nothing before they are written; the first write to each takes less than a microsecond and allocates nothing.
@safe
final class ReservedFloats: @unchecked Sendable {
    /// Floats in a page of the system.
    static let page = Int(getpagesize()) / MemoryLayout<Float>.stride
    /// Every piece begins at a multiple of this.
    static let alignment = 16

    /// Some of the floats. They live as long as the memory that they are a piece of.
    @safe
    struct Piece: @unchecked Sendable {
        static var none: Self { unsafe Self(buffer: UnsafeMutableBufferPointer(start: nil, count: 0)) }

        @unsafe let buffer: UnsafeMutableBufferPointer<Float>

        var count: Int { unsafe buffer.count }
        var indices: Range<Int> { 0..<count }

        @inline(__always) subscript(index: Int) -> Float {
            get {
                precondition(index >= 0 && index < count, "the piece has it")
                return unsafe buffer[index]
            }
            nonmutating set {
                precondition(index >= 0 && index < count, "the piece has it")
                unsafe buffer[index] = newValue
            }
        }

        /// Calls `body` with the floats.
        @inline(__always)
        func withSpan<Result>(_ body: (Span<Float>) -> Result) -> Result {
            unsafe body(UnsafeBufferPointer(buffer).span)
        }
    }

    private let buffer: UnsafeMutableBufferPointer<Float>

    /// - Parameter count: Number of floats.
    init(count: Int) {
        let count = max(1, count)
        let size = count * MemoryLayout<Float>.stride
        let pages = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages = unsafe pages, unsafe pages != MAP_FAILED else { preconditionFailure("out of memory") }
        unsafe buffer = UnsafeMutableBufferPointer(
            start: pages.bindMemory(to: Float.self, capacity: count), count: count)
    }

    deinit { unsafe munmap(buffer.baseAddress, buffer.count * MemoryLayout<Float>.stride) }

    /// The same floats in other memory.
    func copy() -> ReservedFloats {
        let copy = unsafe ReservedFloats(count: buffer.count)
        // What is zero stays untouched.
        let (from, to) = unsafe (self[buffer.indices], copy[buffer.indices])
        for index in from.indices where from[index] != 0 { to[index] = from[index] }
        return copy
    }

    subscript(range: Range<Int>) -> Piece { unsafe Piece(buffer: UnsafeMutableBufferPointer(rebasing: buffer[range])) }

    /// Overwrites the first `count` floats with zeros, and gives their pages back if they are whole.
    func wipe(first count: Int) {
        let isWhole = count % Self.page == 0
        if unsafe isWhole && madvise(buffer.baseAddress, count * MemoryLayout<Float>.stride, MADV_DONTNEED) == 0 {
            return
        }
        // Pages that are locked stay.
        for index in 0..<count { unsafe buffer[index] = 0 }
    }
}

extension ReservedFloats {
    /// Gives pieces one after the other.
    struct Allotment {
        private let memory: ReservedFloats?
        /// Floats that were given, with those that were left out.
        private(set) var used = 0

        /// - Parameter memory: The floats; `nil` to learn how many are needed.
        init(_ memory: ReservedFloats?) { self.memory = memory }

        /// The next `count` floats; none if there is no memory.
        mutating func next(_ count: Int) -> Piece {
            let range = used..<used + count
            used = range.upperBound.roundedUp(to: ReservedFloats.alignment)
            return memory?[range] ?? .none
        }

        /// Goes on with a page of its own.
        mutating func beginPage() { used = used.roundedUp(to: ReservedFloats.page) }
    }
}

extension Int {
    fileprivate func roundedUp(to unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
