/// A stretch of one leg that was taken out, without a word on which key it was.
public struct SuppressionEvent: Sendable, Hashable {
    /// Why a stretch was taken out.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A tone pair that lasted as long as a key press does (40 ms or more).
        case press
        /// A piece too short for a receiver to report, left by a gateway upstream.
        case fragment
        /// A tone of the other leg that came back on this one.
        case echo
        /// Speech that a receiver would have taken for a key, without one of its tones.
        case talkOff = "talk-off"

        /// Whether it is a tone of this leg's own.
        var isTone: Bool { self == .press || self == .fragment }
    }

    /// Leg, counted from 0.
    public var channel: Int
    /// First frame taken out, counted from the first frame given.
    public var start: Int
    /// One past the last frame taken out.
    public var end: Int
    /// What was taken out.
    public var kind: Kind
    /// Energy of the input over that of the output in dB; +∞ where nothing is left.
    public var removedDB: Double

    public init(channel: Int, start: Int, end: Int, kind: Kind, removedDB: Double) {
        self.channel = channel
        self.start = start
        self.end = end
        self.kind = kind
        self.removedDB = removedDB
    }
}

/// How much was taken out of one leg.
public struct SuppressionCount: Sendable, Hashable {
    /// Stretches of each kind.
    public internal(set) var presses = 0, fragments = 0, echoes = 0, talkOffs = 0
    /// Frames that were replaced or cleaned.
    public internal(set) var frames = 0

    mutating func add(_ event: SuppressionEvent) {
        switch event.kind {
        case .press: presses += 1
        case .fragment: fragments += 1
        case .echo: echoes += 1
        case .talkOff: talkOffs += 1
        }
        frames += event.end - event.start
    }
}
