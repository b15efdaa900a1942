package import Suppression

/// What a live call is made of.
package struct LiveSettings: Sendable {
    /// Where the legs come from and go to.
    package var callerIn: any PortSource
    package var agentOut: any PortSource
    package var agentIn: (any PortSource)?
    package var callerOut: (any PortSource)?
    /// How every port runs.
    package var format: PortFormat
    /// How tones are taken out.
    package var suppression: Suppressor.Configuration
    /// The same key again within this time of its release is the bounce of one press.
    package var bounceGap: Duration
    /// Whether the call is recorded: what is recorded is to be taken by ``LiveCall/takeRecording(_:)``.
    package var isRecorded: Bool

    package init(
        callerIn: any PortSource, agentOut: any PortSource, agentIn: (any PortSource)? = nil,
        callerOut: (any PortSource)? = nil, format: PortFormat, suppression: Suppressor.Configuration = .init(),
        bounceGap: Duration = .zero, isRecorded: Bool = false
    ) {
        self.callerIn = callerIn
        self.agentOut = agentOut
        self.agentIn = agentIn
        self.callerOut = callerOut
        self.format = format
        self.suppression = suppression
        self.bounceGap = bounceGap
        self.isRecorded = isRecorded
    }
}
