/// The last few hundred milliseconds of one channel at the detector's rate, in one contiguous piece.
struct SampleHistory: Sendable {
    /// Samples that are always there to look back on (256 ms), once as many have come.
    static let reach = 2048
    private static let capacity = 2 * reach
    /// The samples kept; the first has index ``first``.
    private(set) var samples = [Float](repeating: 0, count: capacity)
    /// Index of `samples[0]` in the stream.
    private(set) var first = 0
    private var filled = 0

    /// One past the last sample's index in the stream.
    var end: Int { first + filled }

    /// The sample with the given index in the stream, which must still be kept.
    subscript(index: Int) -> Float { samples[index - first] }

    mutating func append(_ sample: Float) {
        if filled == Self.capacity { slide() }
        samples[filled] = sample
        filled += 1
    }

    private mutating func slide() {
        for i in 0..<Self.reach { samples[i] = samples[i + Self.reach] }
        first += Self.reach
        filled = Self.reach
    }
}
