package import DTMF

/// What the audio of a live call tells whoever runs the call.
package enum MediaEvent: Sendable, Hashable {
    /// The caller pressed a key. For a session, or for nobody.
    case key(Key)
    /// A port's buffer ran over or empty, and it runs again.
    case xrun(CallLeg)
    /// Audio that came too late to be heard was not played to this leg: so many frames.
    case dropped(CallLeg, frames: Int)
    /// The recording could not follow, and has a gap.
    case unrecorded
    /// The loop did not run for so many milliseconds.
    case stalled(milliseconds: Int)
    /// A port is gone; it is tried again from now on.
    case lost(CallLeg)
    /// A port is back.
    case reopened(CallLeg)
}
