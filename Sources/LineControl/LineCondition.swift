/// What may be heard on the agent's leg and in the recording. It is the only value that a payment session sends to the
/// media.
public enum LineCondition: String, Sendable, Hashable {
    /// Everything except tones.
    case open
    /// A capture is in progress. Everything like a tone on the caller's leg is removed.
    case secured
    /// Nothing.
    case muted
}
