import AudioIO
public import DTMF

/// What a media core tells whoever runs the call.
public enum MediaEvent: Sendable, Hashable {
    /// The caller pressed a key. For a session, or for nobody.
    case key(Key)
    /// A device's buffer ran over or empty, and it runs again.
    case xrun(LiveLeg)
    /// Audio that came too late to be heard was not played to this leg: so many frames.
    case dropped(LiveLeg, frames: Int)
    /// The recording could not follow, and has a gap.
    case unrecorded
    /// The loop did not run for so many milliseconds.
    case stalled(milliseconds: Int)
    /// A device is gone; it is tried again from now on.
    case lost(LiveLeg)
    /// A device is back.
    case reopened(LiveLeg)
}

/// One device's place in a call.
public enum LiveLeg: UInt8, Sendable, Hashable, CaseIterable {
    /// What the caller says.
    case callerIn
    /// What the agent hears.
    case agentOut
    /// What the agent says.
    case agentIn
    /// What the caller hears.
    case callerOut

    /// The leg's name, as its option has it.
    public var name: String {
        switch self {
        case .callerIn: "caller-in"
        case .agentOut: "agent-out"
        case .agentIn: "agent-in"
        case .callerOut: "caller-out"
        }
    }

    var direction: SoundDirection { self == .callerIn || self == .agentIn ? .capture : .playback }
}
