internal import Foundation

/// A repeatable stream of random numbers (SplitMix64): the same seed gives the same numbers on every machine.
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The seed of a test that is another each time: `TONEWALL_SEED`, where it is set, and a random one.
    public static func seedOfRun(in range: ClosedRange<UInt64> = 0...999_999) -> UInt64 {
        ProcessInfo.processInfo.environment["TONEWALL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: range)
    }
}
