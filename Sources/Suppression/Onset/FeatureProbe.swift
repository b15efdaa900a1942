/// The features of a sound for training (`Tools/train/train`).
///
/// No weights and no decision have a part in them.
package struct FeatureProbe {
    /// The features of one hop.
    package struct Reading {
        /// Milliseconds since the first sample.
        package var hop: Int
        /// Level of the pair over 12 ms, in dB of the mean square.
        package var level: Float
        /// The values of ``PairFeature``, in its order.
        package var features: InlineArray<34, Float>
    }

    /// Samples a second of what is read.
    package static let sampleRate = 8000.0
    /// Samples that are kept: more than any feature looks back at.
    private static let kept = 1024

    private var bank = ToneBank(sampleRate: Self.sampleRate)
    private var recent = SampleRing(keeping: Self.kept)

    package init() {}

    /// Takes one sample. Returns a reading if the sample completes a hop whose pair the next digit may be.
    package mutating func take(_ sample: Float) -> Reading? {
        recent.append(sample)
        guard recent.count % bank.hop == 0 else { return nil }
        bank.takeHop(recent)
        guard bank.content.hasPair || bank.content.hasFaintPair else { return nil }
        let features = PairFeatures(bank, leastShare: PairFeatures.Threshold.nextDigitShare, recent)
        guard features.isMeasured else { return nil }
        return Reading(
            hop: bank.hops, level: dB(features.lowPower + features.highPower), features: features.vector.values)
    }
}
