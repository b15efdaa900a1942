import CVector

@testable import DTMF

/// The samples of one channel at the detector's rate, and which of them may be read.
struct SampleHistory: Sendable {
    /// Samples that stay readable before the hop that is analysed: 180 ms.
    static let lookBack = 1440
    private var samples: [Float] = []
    /// Index of the oldest sample that may be read.
    private(set) var first = 0

    /// One past the last sample's index in the stream.
    var end: Int { samples.count }

    /// The sample with the given index in the stream.
    subscript(index: Int) -> Float { samples[index] }

    /// Appends `count` samples of `source` from index `start`.
    mutating func append(_ source: borrowing Span<Float>, from start: Int, count: Int) {
        for index in start..<start + count { samples.append(source[index]) }
    }

    /// Forgets what lies ``lookBack`` before hop `hop`.
    mutating func forget(before hop: Int) { first = max(first, hop * Frame.hop - Self.lookBack) }

    /// Calls `body` with the address of `count` samples from index `start`.
    func withSamples<Result>(from start: Int, count: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
        precondition(start >= 0 && start + count <= end, "these samples are not there yet")
        return unsafe samples.withUnsafeBufferPointer { unsafe body($0.baseAddress! + start) }
    }

    /// Σ x² and Σ x of `count` samples from index `start`.
    func measure(from start: Int, count: Int) -> (energy: Float, sum: Float) {
        let power = unsafe withSamples(from: start, count: count) { unsafe tonewall_measure($0, count) }
        return (power.energy, power.sum)
    }
}
