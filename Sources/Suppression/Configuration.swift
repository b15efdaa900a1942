public import DTMF

extension Suppressor {
    /// The settings of a ``Suppressor``.
    public struct Configuration: Sendable, Hashable {
        /// Look-ahead in seconds, 0 to 0.250. It is the delay of a stream: this much of a tone has been received when
        /// its first sample must leave.
        public var lookAhead: Double
        /// What replaces a tone.
        public var fill: Fill
        /// How readily something like a tone is removed.
        public var policy: Policy
        /// The thresholds of the digits that ``Suppressor/keyEvents`` reports. A digit that `q24` confirms is removed
        /// even if a narrower profile does not report it.
        public var detectorProfile: DetectorProfile
        /// Legs that are filled from beginning to end, whatever they carry. During a capture this is the agent's leg.
        public var fullMute: Set<Int>
        /// Whether the echo of one leg's tone is removed from the other legs.
        public var guardsOtherLegs: Bool
        /// Seed of the comfort noise. The same input with the same seed gives the same output.
        public var seed: UInt64

        /// Look-ahead in seconds for recordings: long enough to confirm or revoke every suspect span.
        public static let recordingLookAhead = 0.250
        /// Default look-ahead of a stream, in seconds.
        public static let streamLookAhead = 0.020

        public init(
            lookAhead: Double = Self.streamLookAhead, fill: Fill = .noise, policy: Policy = .always,
            detectorProfile: DetectorProfile = .q24, fullMute: Set<Int> = [], guardsOtherLegs: Bool = true,
            seed: UInt64 = 1
        ) {
            precondition((0...Self.recordingLookAhead).contains(lookAhead), "look-ahead is 0 to 250 ms")
            self.lookAhead = lookAhead
            self.fill = fill
            self.policy = policy
            self.detectorProfile = detectorProfile
            self.fullMute = fullMute
            self.guardsOtherLegs = guardsOtherLegs
            self.seed = seed
        }

        /// The look-ahead in samples of each leg.
        func latency(at sampleRate: Double) -> Int { Int((lookAhead * sampleRate).rounded()) }
    }

    /// What replaces a tone. No fill depends on the digit.
    public enum Fill: String, Sendable, Hashable, CaseIterable {
        /// Zeros.
        case silence
        /// Comfort noise a little below the noise of the line.
        case noise
        /// One tone of 500 Hz, the same for every digit.
        case beep
    }

    /// Which error is worse: damage to speech or a missed tone.
    public enum Policy: String, Sendable, Hashable, CaseIterable {
        /// Nothing is known about the call. Speech comes first.
        case always
        /// A capture is in progress. Anything like a tone is removed, even if it is speech.
        case secure
    }
}
