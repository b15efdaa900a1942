/// Samples of a call's legs, leg by leg. Every leg has the same number of samples.
public struct LegSamples: Sendable, Hashable {
    /// The samples of each leg, −1…1.
    public private(set) var legs: [[Float]]

    /// An empty buffer for `legs` legs. Appending up to `capacity` frames allocates nothing.
    public init(legs: Int, capacity: Int = 0) {
        self.legs = (0..<legs).map { _ in [] }
        for leg in 0..<legs { self.legs[leg].reserveCapacity(capacity) }
    }

    /// Number of frames.
    public var frameCount: Int { legs[0].count }

    /// The samples of leg `leg`.
    public subscript(leg: Int) -> [Float] { legs[leg] }

    /// Appends a sample to one leg. Every leg must get the same number of samples.
    @inline(__always) public mutating func append(_ sample: Float, to leg: Int) { legs[leg].append(sample) }

    /// Removes every sample and keeps the memory.
    public mutating func removeAll() {
        for leg in legs.indices { legs[leg].removeAll(keepingCapacity: true) }
    }

    /// Overwrites every sample with 0 and removes it, so that no tone of a caller stays in memory.
    public mutating func wipe() {
        silence()
        removeAll()
    }

    /// Overwrites every sample with 0.
    public mutating func silence() {
        for leg in legs.indices { for index in legs[leg].indices { legs[leg][index] = 0 } }
    }
}
