internal import DTMF
internal import Foundation

/// A repeatable stream of random numbers: the same seed gives the same numbers on every machine.
public struct SeededGenerator: RandomNumberGenerator {
    private var numbers: SplitMix64

    public init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

    public mutating func next() -> UInt64 { numbers.next() }

    /// The seed of a test that is another each time: `TONEWALL_SEED`, if it is set, and a random one.
    public static func seedOfRun(in range: ClosedRange<UInt64> = 0...999_999) -> UInt64 {
        ProcessInfo.processInfo.environment["TONEWALL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: range)
    }
}
