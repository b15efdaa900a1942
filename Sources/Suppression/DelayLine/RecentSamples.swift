/// The last 1,024 samples of one leg. An index counts from the first sample of the leg.
struct RecentSamples: Sendable {
    private static let capacity = 1024

    private var ring = [Float](repeating: 0, count: capacity)
    /// Number of samples appended so far.
    private(set) var count = 0

    @inline(__always) mutating func append(_ sample: Float) {
        ring[count & (Self.capacity - 1)] = sample
        count += 1
    }

    @inline(__always) subscript(index: Int) -> Float { ring[index & (Self.capacity - 1)] }
}
