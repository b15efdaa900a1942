package import Failures
package import LineControl
package import MediaCore
package import PaymentSession

/// The operator's side of a live call. It gives the agent's commands and receives what happens. Its methods must not
/// block.
package protocol CallAttendant {
    /// The commands since the last call.
    mutating func takeCommands() -> [LiveCommand]
    /// Whether no further command can come.
    var hasNoMoreCommands: Bool { get }
    /// Whether the reader of the events is gone.
    var isGone: Bool { get }
    /// Whether the call must end, for example because of a signal.
    var ordersEnd: Bool { get }
    /// Receives a notice of what happened.
    mutating func tell(_ notice: CallNotice)
    /// Lists the commands.
    mutating func help()
    /// Reports, where it still can, that the reader of the events is gone, and the consequence.
    mutating func sayGone(_ consequence: String)
    /// Shows the state of the call, ten times a second.
    mutating func show(_ status: CallStatus)
    /// Receives what the end of this process would leave open now; `nil` if nothing.
    func wouldLeave(_ words: String?)
    /// Receives the end of the call.
    mutating func close()
}

/// A notice to an attendant.
package struct CallNotice: Sendable, Hashable {
    /// A message beside the events, as on standard error.
    package enum Note: Sendable, Hashable {
        case words(String)
        /// A failure: the file concerned, what is wrong, and the consequence.
        case failure(file: String?, what: String, consequence: String)
    }

    /// The event with its number; `nil` if the notice has no event.
    package var record: EventRecord?
    /// Lines for a person at a screen, who does not read the events.
    package var screen: [String] = []
    /// A message that is shown even if there is no reader of the events.
    package var note: Note?
    /// Whether it may be dropped if the reader is slow.
    package var canBeSpared = false
    /// Whether it is about a key that the caller pressed.
    package var isKey = false
}

/// The state of a call, for a screen.
package struct CallStatus: Sendable {
    package var time: Duration
    /// The largest sample of each leg since the last status, 0…1.
    package var peaks: (caller: Float, agent: Float)
    package var counts: CallCounts
    /// The view of the payment; `nil` if the call takes none.
    package var view: AgentView?
    package var sampleRate: Int
}

/// The part of a call's audio that its driver uses.
package protocol CallAudio: AnyObject, Sendable {
    var sampleRate: Int { get }
    /// See `LiveCall`.
    var time: Duration { get }
    var line: LineCondition { get set }
    var isOver: Bool { get }
    var pulse: Int { get }
    func nextEvent() -> MediaEvent?
    func takePeaks() -> (caller: Float, agent: Float)
    func stop()
}

extension LiveCall: CallAudio {
    package var sampleRate: Int { format.sampleRate }
}

/// The part of a call's recording that its driver uses.
package protocol CallRecording: Sendable {
    /// The recording's file.
    var path: String { get }
    /// The error that stopped the recording; `nil` if there was none.
    var failure: (any ReportableError)? { get }
    /// Number of frames written so far.
    var frameCount: Int { get }
    /// Writes the remaining frames after the call. Returns whether the file could be completed.
    func finish() async -> Bool
}
