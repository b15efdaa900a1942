public import AudioIO
public import PaymentSession
public import Suppression

/// What a live call is made of.
public struct LiveSettings: Sendable {
    /// ALSA names of the devices.
    public var callerIn: String
    public var agentOut: String
    public var agentIn: String?
    public var callerOut: String?
    /// How every device runs.
    public var sound: SoundSettings
    /// How tones are taken out.
    public var suppression: Suppressor.Configuration
    /// The keys' meaning.
    public var profile: KeypadProfile
    /// Whether the call is recorded: what is recorded is to be taken by ``LiveCall/takeRecording(_:)``.
    public var isRecorded: Bool

    public init(
        callerIn: String, agentOut: String, agentIn: String? = nil, callerOut: String? = nil, sound: SoundSettings,
        suppression: Suppressor.Configuration = .init(), profile: KeypadProfile = .keyivr, isRecorded: Bool = false
    ) {
        self.callerIn = callerIn
        self.agentOut = agentOut
        self.agentIn = agentIn
        self.callerOut = callerOut
        self.sound = sound
        self.suppression = suppression
        self.profile = profile
        self.isRecorded = isRecorded
    }
}
