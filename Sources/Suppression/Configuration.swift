extension Suppressor {
    /// What a suppressor is asked to do.
    public struct Configuration: Sendable, Hashable {
        /// Look-ahead in seconds, 0 to 0.060: the delay of a stream, and how much of a tone is seen before its first sample
        /// must leave.
        public var lookAhead: Double
        /// What stands where a tone was.
        public var fill: Fill
        /// How much speech is worth.
        public var policy: Policy
        /// Legs that are filled from beginning to end, whatever they carry; for the agent's leg during a capture.
        public var fullMute: Set<Int>
        /// Whether a tone on one leg makes the others watch for its echo.
        public var guardsOtherLegs: Bool
        /// Seed of the comfort noise: of the same input the same seed makes the same output.
        public var seed: UInt64

        /// Look-ahead in seconds for recordings, where nobody waits: long enough to confirm or revoke every suspicion.
        public static let recordingLookAhead = 0.250

        public init(
            lookAhead: Double = 0.020, fill: Fill = .noise, policy: Policy = .always, fullMute: Set<Int> = [],
            guardsOtherLegs: Bool = true, seed: UInt64 = 1
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

    /// What stands where a tone was; none depends on the key.
    public enum Fill: String, Sendable, Hashable, CaseIterable {
        /// Zeros.
        case silence
        /// Comfort noise a little below the noise around the tone.
        case noise
        /// One flat tone, the same for every key.
        case beep
    }

    /// How much speech is worth against a tone that may be missed.
    public enum Policy: String, Sendable, Hashable, CaseIterable {
        /// Nothing is known about the call: speech must not suffer.
        case always
        /// A capture is on: anything like a tone goes, at the cost of speech.
        case secure
    }
}
