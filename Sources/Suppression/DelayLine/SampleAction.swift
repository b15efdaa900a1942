/// What happens to a sample in the delay line.
enum SampleAction: UInt8, Sendable {
    /// It passes unchanged.
    case pass
    /// It is filled. It belongs to a fragment, to a press, or to the echo of another leg's tone.
    case fragment, press, echo
    /// It passes after the echo of another leg's tone, two sinusoids, is subtracted.
    case cancel
    /// It belongs to the tail of a digit. It is filled, or it passes after the digit's pair is subtracted.
    case tail, tailPair
}

extension SampleAction {
    /// Whether the sample is removed as a tone of its own leg.
    var isOwnTone: Bool { self == .press || self == .fragment || self == .tail }

    /// The kind of a span of such samples.
    var kind: SuppressionEvent.Kind {
        switch self {
        case .press: .press
        case .fragment, .tail, .tailPair: .fragment
        case .pass, .echo, .cancel: .echo
        }
    }
}
