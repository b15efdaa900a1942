/// The last 1,024 samples of one leg, each by its number from the first.
struct RecentSamples: Sendable {
    private var ring = [Float](repeating: 0, count: 1024)
    /// Samples appended so far.
    private(set) var count = 0

    @inline(__always) mutating func append(_ sample: Float) {
        ring[count & 1023] = sample
        count += 1
    }

    @inline(__always) subscript(index: Int) -> Float { ring[index & 1023] }
}
