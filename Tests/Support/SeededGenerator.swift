public import DTMF
internal import Foundation

/// A repeatable stream of random numbers: the same seed gives the same numbers on every machine.
public typealias SeededGenerator = SplitMix64

extension SplitMix64 {
    /// The seed of a test that is another each time: `TONEWALL_SEED`, where it is set, and a random one.
    public static func seedOfRun(in range: ClosedRange<UInt64> = 0...999_999) -> UInt64 {
        ProcessInfo.processInfo.environment["TONEWALL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: range)
    }
}
