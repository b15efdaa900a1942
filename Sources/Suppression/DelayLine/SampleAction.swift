/// What is done with a sample in the delay line.
enum SampleAction: UInt8, Sendable {
    /// It passes unchanged.
    case pass
    /// It is filled: a tone shorter than a press, a press, or the echo of another leg's tone.
    case fragment, press, echo
    /// It passes without two sinusoids, the echo of another leg's tone.
    case cancel
}
