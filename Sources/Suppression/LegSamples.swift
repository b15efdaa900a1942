/// Samples of a call's legs, leg by leg, as many of each.
public struct LegSamples: Sendable, Hashable {
    /// The samples of each leg, −1…1.
    public private(set) var legs: [[Float]]

    /// No samples yet, of `legs` legs; `capacity` frames take no more memory.
    public init(legs: Int, capacity: Int = 0) {
        self.legs = (0..<legs).map { _ in [] }
        for leg in 0..<legs { self.legs[leg].reserveCapacity(capacity) }
    }

    /// Frames: samples of every leg.
    public var frameCount: Int { legs[0].count }

    /// The samples of one leg.
    public subscript(leg: Int) -> [Float] { legs[leg] }

    /// Appends a sample of one leg; each leg gets as many.
    @inline(__always) public mutating func append(_ sample: Float, to leg: Int) { legs[leg].append(sample) }

    /// Removes every sample and keeps the room.
    public mutating func removeAll() {
        for leg in legs.indices { legs[leg].removeAll(keepingCapacity: true) }
    }

    /// Overwrites every sample with 0, then removes it and keeps the room: what held a caller's tones is not left behind.
    public mutating func wipe() {
        silence()
        removeAll()
    }

    /// Overwrites every sample with 0.
    public mutating func silence() {
        for leg in legs.indices { for index in legs[leg].indices { legs[leg][index] = 0 } }
    }
}
