package import Failures
package import LineControl
package import MediaCore
package import PaymentSession

/// Who attends a live call: gives the agent's commands and is told what happens. None of it may wait for anybody.
package protocol CallAttendant {
    /// The commands that came since the last time.
    mutating func takeCommands() -> [LiveCommand]
    /// Whether no more commands can come.
    var hasNoMoreCommands: Bool { get }
    /// Whether nobody follows the events any more.
    var isGone: Bool { get }
    /// Whether the call is to end, as by a signal.
    var ordersEnd: Bool { get }
    /// Tells what happened.
    mutating func tell(_ notice: CallNotice)
    /// Tells which commands there are.
    mutating func help()
    /// Says where it can that nobody follows the events any more, and what comes of that.
    mutating func sayGone(_ consequence: String)
    /// Shows how the call stands, ten times a second.
    mutating func show(_ status: CallStatus)
    /// What an end of this process would leave behind now; `nil` where nothing.
    func wouldLeave(_ words: String?)
    /// The call is over.
    mutating func close()
}

/// Something that an attendant is told.
package struct CallNotice: Sendable, Hashable {
    /// Words that are said beside the events, as on standard error.
    package enum Note: Sendable, Hashable {
        case words(String)
        /// Something failed: what it is about, what is wrong, and what comes of it.
        case failure(file: String?, what: String, consequence: String)
    }

    /// The event, with its number; `nil` where it is none.
    package var record: EventRecord?
    /// Lines for a person at a screen, who does not read the events.
    package var screen: [String] = []
    /// What is said whoever follows.
    package var note: Note?
    /// Whether it may be left out where a reader stands still.
    package var canBeSpared = false
    /// Whether the caller pressed a key.
    package var isKey = false
}

/// How a call stands, for a screen.
package struct CallStatus: Sendable {
    package var time: Duration
    /// The largest samples of each leg since the last time, 0…1.
    package var peaks: (caller: Float, agent: Float)
    package var counts: CallCounts
    /// `nil` where the call takes no payment.
    package var view: AgentView?
    package var sampleRate: Int
}

/// The audio of a call, as its driver sees it.
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

/// The recording of a call, as its driver sees it.
package protocol CallRecording: Sendable {
    /// The recording's file.
    var path: String { get }
    /// Why nothing is recorded any more; `nil` while all is well.
    var failure: (any ReportableError)? { get }
    /// Frames written so far.
    var frameCount: Int { get }
    /// Writes what is left once the call is over; whether that came to an end.
    func finish() async -> Bool
}
