/// A span of one leg that was removed. It does not say which digit it was.
public struct SuppressionEvent: Sendable, Hashable {
    /// Why a span was removed.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A tone pair as long as a key press, 38 ms or more, or one that the receiver confirmed.
        case press
        /// A piece of a press too short for a receiver, left by a gateway upstream.
        case fragment
        /// A tone of another leg that came back on this one.
        case echo
        /// Speech in which a receiver would have detected a digit; it lost a part of one tone.
        case talkOff = "talk-off"

        /// Whether it is a tone of this leg's own.
        var isTone: Bool { self == .press || self == .fragment }
    }

    /// Leg, counted from 0.
    public var channel: Int
    /// First frame that was removed, counted from the first frame of the input.
    public var start: Int
    /// One past the last frame that was removed.
    public var end: Int
    /// Why it was removed.
    public var kind: Kind
    /// Energy of the input over that of the output, in dB; +∞ if nothing is left.
    public var removedDB: Double

    public init(channel: Int, start: Int, end: Int, kind: Kind, removedDB: Double) {
        self.channel = channel
        self.start = start
        self.end = end
        self.kind = kind
        self.removedDB = removedDB
    }
}

/// How much was removed from one leg.
public struct SuppressionCount: Sendable, Hashable {
    /// Number of spans of each kind.
    public internal(set) var presses = 0, fragments = 0, echoes = 0, talkOffs = 0
    /// Number of frames that were filled or changed.
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

    /// What was done to a leg, without a word on which keys.
    public var words: String {
        "\(presses) presses, \(fragments) fragments, \(echoes) echoes taken out, \(talkOffs) pieces of speech made no key"
    }
}
