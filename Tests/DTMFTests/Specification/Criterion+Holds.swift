@testable import DTMF

extension Criterion {
    /// Whether `press` meets every limit.
    func holds(for press: PressMeasurement) -> Bool {
        press.windows >= minimumWindows && press.toneRatio >= minimumToneRatio
            && press.newestToneRatio >= minimumNewestToneRatio
            && press.cleanWindows >= minimumCleanWindows && press.pureWindows >= minimumPureWindows
            && Double(press.cleanWindows) >= minimumCleanShare * Double(press.windows)
            && Double(press.pureWindows) >= minimumPureShare * Double(press.windows)
            && press.amplitudeDeviation <= maximumAmplitudeDeviation && press.coherence >= minimumCoherence
            && press.frequencyError <= maximumFrequencyError && abs(press.twist) <= maximumTwist
            && press.interferenceShare <= maximumInterferenceShare
            && press.cleanAmplitudeDeviation <= maximumCleanAmplitudeDeviation
            // These three values take time, so they are computed only if the criterion limits them.
            && (maximumDrift == .infinity || press.drift <= maximumDrift)
            && (maximumCleanFrequencyError == .infinity || press.cleanFrequencyError <= maximumCleanFrequencyError)
            && (minimumCleanCoherence == 0 || press.cleanCoherence >= minimumCleanCoherence)
    }
}
