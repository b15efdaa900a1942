/// The last samples of one channel, each by its index from the first.
///
/// Older ones are overwritten with zeros at once: a caller's digits stay in memory only as long as they are needed.
struct SampleRing: Sendable {
    private var ring: [Float]
    private let mask: Int
    private let kept: Int
    /// Number of samples appended so far.
    private(set) var count = 0

    /// - Parameter length: Samples that it keeps.
    init(keeping length: Int) {
        kept = length
        ring = Array(repeating: 0, count: Self.capacity(keeping: length))
        mask = ring.count - 1
    }

    /// The least power of two that is not below `length`: an index is masked to find its place.
    static func capacity(keeping length: Int) -> Int {
        var capacity = 1
        while capacity < length { capacity *= 2 }
        return capacity
    }

    mutating func append(_ sample: Float) {
        ring[count & mask] = sample
        count += 1
        wipe(1)
    }

    /// Overwrites the samples that the last `number` ones made too old.
    private mutating func wipe(_ number: Int) {
        guard kept < ring.count else { return }
        let end = count - kept
        for index in max(end - number, count - ring.count, 0)..<max(end, 0) { ring[index & mask] = 0 }
    }

    mutating func append(_ samples: borrowing Span<Float>) {
        let (start, number) = (count & mask, samples.count)
        precondition(number <= ring.count, "the ring holds them")
        let first = min(number, ring.count - start)
        unsafe samples.withUnsafeBufferPointer { source in
            unsafe ring.withUnsafeMutableBufferPointer { ring in
                guard let from = source.baseAddress, let to = ring.baseAddress else { return }
                unsafe (to + start).update(from: from, count: first)
                unsafe to.update(from: from + first, count: number - first)
            }
        }
        count += number
        wipe(number)
    }

    @inline(__always) subscript(index: Int) -> Float {
        get { ring[index & mask] }
        set { ring[index & mask] = newValue }
    }

    /// Overwrites all samples, and begins at sample 0 again.
    mutating func clear() {
        ring.wipe()
        count = 0
    }

    /// Copies the samples of `range` to the beginning of `block`.
    func copy(_ range: Range<Int>, into block: inout [Float]) {
        withSamples(range) { samples in
            precondition(samples.count <= block.count, "the block holds them")
            unsafe samples.withUnsafeBufferPointer { from in
                unsafe block.withUnsafeMutableBufferPointer { to in
                    guard let from = from.baseAddress, let to = to.baseAddress else { return }
                    unsafe to.update(from: from, count: range.count)
                }
            }
        }
    }

    /// Calls `body` with the samples of `range`, which lie in one piece.
    @inline(__always)
    func withSamples<Result>(_ range: Range<Int>, _ body: (Span<Float>) -> Result) -> Result {
        let (start, number) = (range.lowerBound & mask, range.count)
        guard start + number > ring.count else { return body(ring.span.extracting(start..<start + number)) }
        return unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: number) { copy in
            for index in 0..<number { unsafe copy.initializeElement(at: index, to: self[range.lowerBound + index]) }
            return unsafe body(UnsafeBufferPointer(copy).span)
        }
    }

    /// Calls `body` with the whole ring: sample n is at n modulo its length.
    func withPlaces<Result>(_ body: (Span<Float>) -> Result) -> Result { body(ring.span) }

    /// Calls `body` with the whole ring: sample `index` lies at `index` & `mask`.
    @inline(__always)
    @unsafe
    func withRing<Result>(_ body: (_ ring: UnsafePointer<Float>, _ mask: Int) -> Result) -> Result {
        unsafe ring.withUnsafeBufferPointer { unsafe body($0.baseAddress!, mask) }
    }
}

extension [Float] {
    /// Overwrites every element with 0.
    mutating func wipe() {
        unsafe withUnsafeMutableBufferPointer { unsafe $0.update(repeating: 0) }
    }
}
