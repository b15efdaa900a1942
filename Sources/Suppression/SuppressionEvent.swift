/// A span of one leg that was removed. It does not say which digit it was.
public struct SuppressionEvent: Sendable, Hashable {
    /// The cause of a removal.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A tone pair that is as long as a key press (38 ms or more) or that the receiver confirmed.
        case press
        /// A piece of a press that is too short for a receiver: a gateway upstream has left it, or it is the tail of a
        /// press.
        case fragment
        /// A tone of another leg that came back on this one.
        case echo
        /// Speech in which a receiver would have detected a digit. It has lost a part of one tone.
        case talkOff = "talk-off"

        /// Whether the cause is a tone of this leg.
        var isTone: Bool { self == .press || self == .fragment }
    }

    /// Leg, counted from 0.
    public var channel: Int
    /// First frame that was removed, counted from the first frame of the input.
    public var start: Int
    /// One past the last frame that was removed.
    public var end: Int
    public var kind: Kind
    /// Energy of the input relative to the output, in dB; +∞ if nothing remains.
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

    /// One line on what was removed from a leg. It does not tell the keys.
    public var words: String {
        "\(presses) presses, \(fragments) fragments, \(echoes) echoes taken out, \(talkOffs) pieces of speech made no key"
    }
}
