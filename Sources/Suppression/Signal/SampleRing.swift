internal import CVector

/// The last samples of one channel, each by its index from the first.
///
/// Older ones are overwritten with zeros at once: a caller's digits stay in memory only as long as they are needed.
///
/// As long as every sample is one of 16 bits, as telephones have them, it holds them so, in half of the memory. The
/// first other one makes it a ring of floats, in memory that was reserved. What is read is the same, to the bit.
struct SampleRing: Sendable {
    /// How samples are held.
    enum Kind {
        /// As 16 bits as long as they are such.
        case shorts
        case floats
    }

    /// Samples that are read on the stack, at most, where they do not lie in one piece of floats.
    private static let short = 256
    private static let long = 1024

    /// The samples of 16 bits; none if they are floats.
    private var shorts: [Int16] = []
    /// The samples as floats; none if they are of 16 bits.
    private var floats = ReservedFloats.Piece.none
    /// What the floats are in. A short ring has none before it needs it.
    private var memory: ReservedFloats?
    private let mask: Int
    private let kept: Int
    /// Number of samples appended so far.
    private(set) var count = 0

    /// - Parameters:
    ///   - length: Samples that it keeps.
    ///   - kind: How it holds them at first.
    init(keeping length: Int, as kind: Kind = .shorts) {
        kept = length
        let capacity = Self.capacity(keeping: length)
        mask = capacity - 1
        if capacity >= ReservedFloats.page || kind == .floats { memory = ReservedFloats(count: capacity) }
        switch kind {
        case .shorts: shorts = Array(repeating: 0, count: capacity)
        case .floats: makeMemoryUnique()
        }
    }

    /// The least power of two that is not below `length`: an index is masked to find its place.
    static func capacity(keeping length: Int) -> Int {
        var capacity = 1
        while capacity < length { capacity *= 2 }
        return capacity
    }

    @inline(__always) private var holdsFloats: Bool { floats.count > 0 }

    /// Takes floats in memory that no copy of this ring has.
    private mutating func makeMemoryUnique() {
        if memory == nil {
            memory = ReservedFloats(count: mask + 1)
        } else if !isKnownUniquelyReferenced(&memory) {
            memory = memory?.copy()
        }
        if let memory { floats = memory[0..<mask + 1] }
    }

    /// Makes it a ring of floats.
    private mutating func widen() {
        makeMemoryUnique()
        unsafe shorts.withUnsafeBufferPointer {
            unsafe tonewall_widen($0.baseAddress, $0.count, floats.buffer.baseAddress)
        }
        for index in shorts.indices { shorts[index] = 0 }
        shorts = []
    }

    mutating func append(_ sample: Float) { append(CollectionOfOne(sample).span) }

    /// Overwrites the samples that the last `number` ones made too old.
    private mutating func wipe(_ number: Int) {
        guard kept <= mask else { return }
        let end = count - kept
        let range = max(end - number, count - mask - 1, 0)..<max(end, 0)
        // In one piece, or two where the ring ends.
        let (start, first) = (range.lowerBound & mask, min(range.count, mask + 1 - (range.lowerBound & mask)))
        let others = range.count - first
        if holdsFloats {
            guard let base = unsafe floats.buffer.baseAddress else { return }
            unsafe (base + start).update(repeating: 0, count: first)
            unsafe base.update(repeating: 0, count: others)
        } else {
            unsafe shorts.withUnsafeMutableBufferPointer { ring in
                guard let base = ring.baseAddress else { return }
                unsafe (base + start).update(repeating: 0, count: first)
                unsafe base.update(repeating: 0, count: others)
            }
        }
    }

    mutating func append(_ samples: borrowing Span<Float>) {
        let (start, number) = (count & mask, samples.count)
        precondition(number <= mask + 1, "the ring holds them")
        let first = min(number, mask + 1 - start)
        unsafe samples.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            if holdsFloats {
                makeMemoryUnique()
            } else {
                if unsafe narrow(from, start, first, number - first) { return }
                widen()
            }
            guard let to = unsafe floats.buffer.baseAddress else { return }
            unsafe (to + start).update(from: from, count: first)
            unsafe to.update(from: from + first, count: number - first)
        }
        count += number
        wipe(number)
    }

    /// Writes samples as 16 bits. Returns whether all of them are.
    @unsafe
    private mutating func narrow(_ from: UnsafePointer<Float>, _ start: Int, _ first: Int, _ others: Int) -> Bool {
        unsafe shorts.withUnsafeMutableBufferPointer { ring in
            guard let to = ring.baseAddress else { return true }
            return unsafe tonewall_narrow(from, first, to + start) != 0
                && tonewall_narrow(from + first, others, to) != 0
        }
    }

    /// A sample. Writing one makes it a ring of floats.
    @inline(__always) subscript(index: Int) -> Float {
        get { holdsFloats ? floats[index & mask] : Float(shorts[index & mask]) * 0x1p-15 }
        set {
            if holdsFloats { makeMemoryUnique() } else { widen() }
            floats[index & mask] = newValue
        }
    }

    /// Overwrites all samples, and begins at sample 0 again.
    mutating func clear() {
        if holdsFloats { makeMemoryUnique() }
        for index in floats.indices { floats[index] = 0 }
        for index in shorts.indices { shorts[index] = 0 }
        count = 0
    }

    /// Copies the samples of `range` to the beginning of `block`.
    func copy(_ range: Range<Int>, into block: inout [Float]) {
        precondition(range.count <= block.count, "the block holds them")
        unsafe block.withUnsafeMutableBufferPointer { to in
            guard let to = to.baseAddress else { return }
            unsafe copy(range, to: to)
        }
    }

    @unsafe
    private func copy(_ range: Range<Int>, to: UnsafeMutablePointer<Float>) {
        let (start, number) = (range.lowerBound & mask, range.count)
        precondition(number <= mask + 1, "the ring holds them")
        let first = min(number, mask + 1 - start)
        if holdsFloats {
            guard let from = unsafe floats.buffer.baseAddress else { return }
            unsafe to.update(from: from + start, count: first)
            unsafe (to + first).update(from: from, count: number - first)
        } else {
            unsafe shorts.withUnsafeBufferPointer { ring in
                guard let from = ring.baseAddress else { return }
                unsafe tonewall_widen(from + start, first, to)
                unsafe tonewall_widen(from, number - first, to + first)
            }
        }
    }

    /// Calls `body` with the samples of `range`, which lie in one piece.
    @inline(__always)
    func withSamples<Result>(_ range: Range<Int>, _ body: (Span<Float>) -> Result) -> Result {
        let (start, number) = (range.lowerBound & mask, range.count)
        guard holdsFloats, start + number <= floats.count else { return withCopy(range, body) }
        return floats.withSpan { body($0.extracting(start..<start + number)) }
    }

    private func withCopy<Result>(_ range: Range<Int>, _ body: (Span<Float>) -> Result) -> Result {
        switch range.count {
        case ...Self.short:
            return unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.short) {
                unsafe copy(range, to: $0.baseAddress!)
                return unsafe body(UnsafeBufferPointer(rebasing: $0[..<range.count]).span)
            }
        case ...Self.long:
            var samples = InlineArray<1024, Float>(repeating: 0)
            var span = samples.mutableSpan
            unsafe span.withUnsafeMutableBufferPointer { unsafe copy(range, to: $0.baseAddress!) }
            return body(samples.span.extracting(first: range.count))
        default:
            return unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count) {
                unsafe copy(range, to: $0.baseAddress!)
                return unsafe body(UnsafeBufferPointer($0).span)
            }
        }
    }

    /// Calls one of the two with the whole ring, whatever it holds: sample n is at n modulo its length.
    func withPlaces<Result>(_ shorts: (Span<Int16>) -> Result, floats: (Span<Float>) -> Result) -> Result {
        holdsFloats ? self.floats.withSpan(floats) : shorts(self.shorts.span)
    }

    /// Calls `body` with the whole ring.
    @inline(__always)
    @unsafe
    func withRing<Result>(_ body: (_ ring: UnsafePointer<tonewall_ring>) -> Result) -> Result {
        unsafe shorts.withUnsafeBufferPointer { shorts in
            let ring = unsafe tonewall_ring(
                floats: UnsafePointer(floats.buffer.baseAddress), shorts: holdsFloats ? nil : shorts.baseAddress,
                mask: mask)
            return unsafe withUnsafePointer(to: ring) { unsafe body($0) }
        }
    }
}

extension [Float] {
    /// Overwrites every element with 0.
    mutating func wipe() {
        unsafe withUnsafeMutableBufferPointer { unsafe $0.update(repeating: 0) }
    }
}
