import CVector
import Glibc

/// A profile as the receiver's kernel reads it.
@safe
final class ReceiverLimits: @unchecked Sendable {
    /// Number of windows without which no criterion can hold.
    private static let fewestWindows = 4
    /// Divisor from a profile's least power to that in one block. Half of the samples may be missing, which leaves a
    /// quarter of the power.
    private static let missingPower: Float = 4
    /// Margin in dB for what leakage and noise add to the twist of one block.
    private static let twistMargin = 4.0
    private static let known = DetectorProfile.allNames.compactMap(DetectorProfile.init(name:)).map {
        ReceiverLimits($0)
    }

    let profile: DetectorProfile
    /// The limits; they never change, and live as long as this object.
    let address: UnsafePointer<tonewall_receiver_limits>
    private let criteria: UnsafeMutablePointer<tonewall_criterion>

    /// The limits of `profile`: one object for every receiver of a profile that has a name.
    static func of(_ profile: DetectorProfile) -> ReceiverLimits {
        known.first { $0.profile == profile } ?? ReceiverLimits(profile)
    }

    /// - Parameter isUnfiltered: Whether every hop is analysed, whatever its block shows.
    init(_ profile: DetectorProfile, isUnfiltered: Bool = false) {
        self.profile = profile
        let count = profile.criteria.count
        unsafe criteria = .allocate(capacity: max(1, count))
        for (index, criterion) in profile.criteria.enumerated() {
            unsafe (criteria + index).initialize(to: tonewall_criterion(criterion))
        }
        let amplitude = Float(Level.amplitude(dBm0: profile.minimumLevel))
        let power = amplitude * amplitude
        func ratio(_ decibels: Double) -> Float { Float(Level.powerRatio(decibels: decibels)) }
        // Two tones at the least level give a block this much energy or more, whatever else it holds.
        let block = tonewall_block_limits(
            energy: power / Self.missingPower * Float(Frame.window),
            least_twist: ratio(profile.minimumTwist - Self.twistMargin),
            most_twist: ratio(profile.maximumTwist + Self.twistMargin))
        let limits = UnsafeMutablePointer<tonewall_receiver_limits>.allocate(capacity: 1)
        unsafe limits.initialize(
            to: tonewall_receiver_limits(
                tables: DetectorTables.shared.window, criteria: UnsafePointer(criteria), criterion_count: count,
                least_windows: max(Self.fewestWindows, profile.criteria.map(\.minimumWindows).min() ?? 0),
                absent_limit: Int((profile.bridgedInterruption * Frame.rate / Double(Frame.hop)).rounded()),
                frequency_tolerance: profile.frequencyTolerance, minimum_twist: profile.minimumTwist,
                maximum_twist: profile.maximumTwist, minimum_power: power, block: block,
                is_unfiltered: isUnfiltered ? 1 : 0))
        unsafe address = UnsafePointer(limits)
    }

    deinit {
        unsafe address.deallocate()
        unsafe criteria.deallocate()
    }
}

extension tonewall_criterion {
    fileprivate init(_ criterion: Criterion) {
        self.init(
            minimum_windows: criterion.minimumWindows, ample_windows: criterion.ampleWindows,
            minimum_clean_windows: criterion.minimumCleanWindows, minimum_pure_windows: criterion.minimumPureWindows,
            minimum_duration: criterion.minimumDuration, minimum_tone_ratio: criterion.minimumToneRatio,
            minimum_newest_tone_ratio: criterion.minimumNewestToneRatio,
            minimum_clean_share: criterion.minimumCleanShare, minimum_pure_share: criterion.minimumPureShare,
            maximum_amplitude_deviation: criterion.maximumAmplitudeDeviation,
            minimum_coherence: criterion.minimumCoherence, maximum_drift: criterion.maximumDrift,
            maximum_frequency_error: criterion.maximumFrequencyError, maximum_twist: criterion.maximumTwist,
            maximum_clean_amplitude_deviation: criterion.maximumCleanAmplitudeDeviation,
            maximum_clean_frequency_error: criterion.maximumCleanFrequencyError,
            minimum_clean_coherence: criterion.minimumCleanCoherence,
            maximum_interference_share: criterion.maximumInterferenceShare,
            needs_steady_noise: criterion.needsSteadyNoise ? 1 : 0)
    }
}
