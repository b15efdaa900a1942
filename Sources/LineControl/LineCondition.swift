/// What may be heard on the agent's leg and on the recording: the one value that a payment session sends to the media.
public enum LineCondition: String, Sendable, Hashable {
    /// Everything but tones.
    case open
    /// A capture is on: everything tone-like on the caller's leg is taken out.
    case secured
    /// Nothing.
    case muted
}
