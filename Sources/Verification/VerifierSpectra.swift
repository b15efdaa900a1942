/// The transforms shared by all channels of a recording.
final class VerifierSpectra {
    /// Distance between two frames in samples: 2.5 ms.
    let hop: Int
    /// Window of 10 ms, padded to twice its length.
    let short: ShortTimeSpectrum
    let shortMeter: PairMeter
    /// Window of 25 ms.
    let long: ShortTimeSpectrum
    let longMeter: PairMeter
    let sampleRate: Double
    var power: [Float]

    /// Lengths in seconds.
    private static let hopLength = 0.0025
    private static let shortLength = 0.010
    private static let longLength = 0.025

    init(sampleRate: Double) {
        self.sampleRate = sampleRate
        hop = max(4, Int((Self.hopLength * sampleRate).rounded()))
        let shortLength = smoothSize(atLeast: Int(Self.shortLength * sampleRate))
        short = ShortTimeSpectrum(
            sampleRate: sampleRate, length: shortLength, size: smoothSize(atLeast: 2 * shortLength))
        let longLength = smoothSize(atLeast: Int(Self.longLength * sampleRate))
        long = ShortTimeSpectrum(sampleRate: sampleRate, length: longLength, size: longLength)
        shortMeter = PairMeter(short)
        longMeter = PairMeter(long)
        power = [Float](repeating: 0, count: max(short.bins, long.bins))
    }

    /// Sum of a short spectrum's bins for a mean square of 1. A sine of peak value A has A²/2 and gives 1.5 A² times
    /// the padding.
    var totalOfUnitPower: Float { 3 * Float(short.size) / Float(short.length) }

    func measureShort() -> PairFrame {
        unsafe power.withUnsafeBufferPointer { unsafe shortMeter.measure($0.baseAddress!) }
    }

    func measureLong() -> PairFrame {
        unsafe power.withUnsafeBufferPointer { unsafe longMeter.measure($0.baseAddress!) }
    }
}
