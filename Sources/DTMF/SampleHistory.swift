import CVector

/// The last few hundred milliseconds of one channel at the detector's rate, in contiguous memory.
struct SampleHistory: Sendable {
    /// Number of samples that may arrive before the detector analyses them.
    static let ahead = 512
    /// Number of samples kept: 192 ms before the oldest sample not yet analysed, and ``ahead``.
    private static let reach = 1536 + ahead
    /// Samples that the storage holds: after every 1,024 the ones that are kept move to its beginning.
    private static let capacity = reach + 1024
    private var samples = [Float](repeating: 0, count: capacity)
    /// Index in the stream of the first sample in the storage.
    private var origin = 0
    private var filled = 0
    /// Number of samples overwritten at the front. A caller's digits stay in memory only as long as they are needed.
    private var wiped = 0
    /// Number of samples overwritten at a time.
    private static let wipeStep = 128

    /// Index of the oldest sample kept.
    var first: Int { origin + wiped }

    /// One past the last sample's index in the stream.
    var end: Int { origin + filled }

    /// The sample with the given index in the stream, which must still be kept.
    @inline(__always)
    subscript(index: Int) -> Float { samples[index - origin] }

    /// Appends one sample.
    mutating func append(_ sample: Float) {
        makeRoom(for: 1)
        samples[filled] = sample
        filled += 1
        wipe()
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

    /// Makes room for `count` samples, which `write` fills.
    @inline(__always)
    private mutating func append(_ count: Int, _ write: (UnsafeMutablePointer<Float>) -> Void) {
        makeRoom(for: count)
        let filled = filled
        unsafe samples.withUnsafeMutableBufferPointer { samples in
            guard let to = samples.baseAddress else { return }
            unsafe write(to + filled)
        }
        self.filled += count
        wipe()
    }

    /// Overwrites samples that are no longer needed.
    @inline(__always)
    private mutating func wipe() {
        let reached = filled - Self.reach
        guard reached >= wiped + Self.wipeStep else { return }
        let old = wiped..<reached
        unsafe samples.withUnsafeMutableBufferPointer { unsafe $0[old].update(repeating: 0) }
        wiped = reached
    }

    private mutating func makeRoom(for count: Int) {
        precondition(count <= Self.ahead, "no more than the history holds ahead")
        guard filled + count > Self.capacity else { return }
        let surplus = filled - Self.reach
        unsafe samples.withUnsafeMutableBufferPointer { samples in
            guard let base = samples.baseAddress else { return }
            unsafe base.update(from: base + surplus, count: Self.reach)
            unsafe (base + Self.reach).update(repeating: 0, count: Self.capacity - Self.reach)
        }
        origin += surplus
        filled = Self.reach
        wiped = 0
    }

    /// Calls `body` with the address of `count` samples from index `start`.
    @inline(__always)
    func withSamples<Result>(from start: Int, count: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
        precondition(start >= first && start + count <= end, "these samples are no longer, or not yet, kept")
        return unsafe samples.withUnsafeBufferPointer { unsafe body($0.baseAddress! + (start - origin)) }
    }

    /// Σ x² and Σ x of `count` samples from index `start`.
    @inline(__always)
    func measure(from start: Int, count: Int) -> (energy: Float, sum: Float) {
        let power = unsafe withSamples(from: start, count: count) { unsafe tonewall_measure($0, count) }
        return (power.energy, power.sum)
    }
}
