extension Suppressor {
    /// How a suppressor works.
    public struct Configuration: Sendable, Hashable {
        /// Look-ahead in seconds, 0 to 0.250: the delay of a stream. So much of a tone is seen before its first sample
        /// must leave.
        public var lookAhead: Double
        /// What replaces a tone.
        public var fill: Fill
        /// How much speech counts.
        public var policy: Policy
        /// Legs that are filled from beginning to end, whatever they carry: the agent's leg during a capture.
        public var fullMute: Set<Int>
        /// Whether the echo of one leg's tone is removed from the other legs.
        public var guardsOtherLegs: Bool
        /// Seed of the comfort noise: the same input with the same seed gives the same output.
        public var seed: UInt64

        /// Look-ahead in seconds for recordings: long enough to confirm or revoke every suspect span.
        public static let recordingLookAhead = 0.250
        /// Look-ahead in seconds of a stream by default.
        public static let streamLookAhead = 0.020

        public init(
            lookAhead: Double = Self.streamLookAhead, fill: Fill = .noise, policy: Policy = .always,
            fullMute: Set<Int> = [], guardsOtherLegs: Bool = true, seed: UInt64 = 1
        ) {
            precondition((0...Self.recordingLookAhead).contains(lookAhead), "look-ahead is 0 to 250 ms")
            self.lookAhead = lookAhead
            self.fill = fill
            self.policy = policy
            self.fullMute = fullMute
            self.guardsOtherLegs = guardsOtherLegs
            self.seed = seed
        }

        /// The look-ahead in frames.
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

    /// How much speech counts against a tone that may be missed.
    public enum Policy: String, Sendable, Hashable, CaseIterable {
        /// Nothing is known about the call: speech must not suffer.
        case always
        /// A capture is on: anything like a tone is removed, at the cost of speech.
        case secure
    }
}
