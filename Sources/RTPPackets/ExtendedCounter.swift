/// A counter of 16 or 32 bits that wraps on the wire, extended to 64 bits.
///
/// Each value is taken to be the one nearest to the last, so a value may lie before it.
package struct ExtendedCounter<Wire: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private var last: Int64?

    package init() {}

    /// The extended value of `wire`, which becomes the last one if it is the greatest so far.
    package mutating func extend(_ wire: Wire) -> Int64 {
        guard let last else {
            let first = Int64(wire)
            self.last = first
            return first
        }
        let value = last + distance(from: last, to: wire)
        self.last = max(last, value)
        return value
    }

    /// The extended value of `wire`, which is not remembered. The first value of all stands for itself.
    package func peek(_ wire: Wire) -> Int64 {
        guard let last else { return Int64(wire) }
        return last + distance(from: last, to: wire)
    }

    private func distance(from last: Int64, to wire: Wire) -> Int64 {
        let forward = wire &- Wire(truncatingIfNeeded: last)
        let half = Wire.max / 2 + 1
        return forward < half ? Int64(forward) : Int64(forward) - Int64(Wire.max) - 1
    }
}
