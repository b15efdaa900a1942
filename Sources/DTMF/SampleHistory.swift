import CVector

/// The last few hundred milliseconds of one channel at the detector's rate, in one contiguous piece.
struct SampleHistory: Sendable {
    /// Samples that may come before the receiver looks at them.
    static let ahead = 512
    /// Samples kept to look back on: 192 ms before the oldest that the receiver has not looked at.
    private static let reach = 1536 + ahead
    private static let capacity = 4 * reach
    private var samples = [Float](repeating: 0, count: capacity)
    /// Index of the oldest sample kept.
    private(set) var first = 0
    private var filled = 0

    /// One past the last sample's index in the stream.
    var end: Int { first + filled }

    /// The sample with the given index in the stream, which must still be kept.
    @inline(__always)
    subscript(index: Int) -> Float { samples[index - first] }

    /// Appends one sample.
    mutating func append(_ sample: Float) {
        makeRoom(for: 1)
        samples[filled] = sample
        filled += 1
    }

    /// Appends `count` samples of `source` from index `start`; at most ``ahead``.
    mutating func append(_ source: borrowing Span<Float>, from start: Int, count: Int) {
        precondition(start >= 0 && count >= 0 && start + count <= source.count, "inside the source")
        unsafe source.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            unsafe append(count) { unsafe $0.update(from: from + start, count: count) }
        }
    }

    /// Appends `count` 16-bit samples of `source` from index `start`, as −1…1; at most ``ahead``.
    mutating func append(_ source: borrowing Span<Int16>, from start: Int, count: Int) {
        precondition(start >= 0 && count >= 0 && start + count <= source.count, "inside the source")
        unsafe source.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress else { return }
            unsafe append(count) { unsafe tonewall_convert16(from + start, count, $0) }
        }
    }

    /// Makes room for `count` samples, which `write` puts there.
    @inline(__always)
    private mutating func append(_ count: Int, _ write: (UnsafeMutablePointer<Float>) -> Void) {
        makeRoom(for: count)
        let filled = filled
        unsafe samples.withUnsafeMutableBufferPointer { samples in
            guard let to = samples.baseAddress else { return }
            unsafe write(to + filled)
        }
        self.filled += count
    }

    private mutating func makeRoom(for count: Int) {
        precondition(count <= Self.ahead, "no more than the history holds ahead")
        guard filled + count > Self.capacity else { return }
        let surplus = filled - Self.reach
        unsafe samples.withUnsafeMutableBufferPointer { samples in
            guard let base = samples.baseAddress else { return }
            unsafe base.update(from: base + surplus, count: Self.reach)
        }
        first += surplus
        filled = Self.reach
    }

    /// Gives `body` the address of `count` samples from index `start`.
    @inline(__always)
    func withSamples<Result>(from start: Int, count: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
        precondition(start >= first && start + count <= end, "these samples are no longer, or not yet, kept")
        return unsafe samples.withUnsafeBufferPointer { unsafe body($0.baseAddress! + (start - first)) }
    }

    /// Σ x² and Σ x of `count` samples from index `start`.
    @inline(__always)
    func measure(from start: Int, count: Int) -> (energy: Float, sum: Float) {
        let power = unsafe withSamples(from: start, count: count) { unsafe tonewall_measure($0, count) }
        return (power.energy, power.sum)
    }
}
