package import DTMF

/// An event in the audio of a live call.
package enum MediaEvent: Sendable, Hashable {
    /// The caller pressed a key. It belongs to a payment session, if there is one.
    case key(Key)
    /// A port's buffer overflowed or ran empty, and the port runs again.
    case xrun(CallLeg)
    /// This many frames came too late and were not played to this leg.
    case dropped(CallLeg, frames: Int)
    /// The recording could not keep up and has a gap.
    case unrecorded
    /// The loop did not run for this time.
    case stalled(milliseconds: Int)
    /// A port is lost. It is tried again from now on.
    case lost(CallLeg)
    /// A port is back.
    case reopened(CallLeg)
}
