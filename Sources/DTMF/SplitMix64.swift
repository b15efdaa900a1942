/// A repeatable stream of random numbers (Steele, Lea and Flood, 2014): the same seed gives the same numbers on every
/// machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64
    /// Increment of the state: 2^64 divided by the golden ratio.
    public static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= Self.step
        let bits = Self.mixed(state)
        return bits ^ (bits >> 31)
    }

    /// The output function without its last shift, which does not affect the upper half of the bits.
    @inlinable
    public static func mixed(_ bits: UInt64) -> UInt64 {
        var bits = bits
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits
    }
}
