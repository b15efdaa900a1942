import DTMF
import Failures
import Foundation
import Gateway
import LineControl
import MediaCore
import PaymentSession
import Support
import Synchronization
import Testing

@testable import CallControl

/// The driver of a live call, with simulated audio, recording and attendant.
@Suite struct CallDriverTests {
    /// Audio with given events. It ends when it is stopped, or never.
    final class Audio: CallAudio {
        struct State {
            var events: [MediaEvent] = []
            var line = LineCondition.open
            var lines: [LineCondition] = []
            var isStopped = false
            var pulse = 0
            var hangs = false
        }
        let state = Mutex(State())
        let sampleRate = 8000
        var time: Duration { .seconds(1) }
        var line: LineCondition {
            get { state.withLock { $0.line } }
            set {
                state.withLock {
                    if $0.line != newValue { $0.lines.append(newValue) }
                    $0.line = newValue
                }
            }
        }
        var isOver: Bool { state.withLock { $0.isStopped && !$0.hangs } }
        var pulse: Int {
            state.withLock {
                if !$0.hangs { $0.pulse += 1 }
                return $0.pulse
            }
        }
        func nextEvent() -> MediaEvent? { state.withLock { $0.events.isEmpty ? nil : $0.events.removeFirst() } }
        func takePeaks() -> (caller: Float, agent: Float) { (0, 0) }
        func stop() { state.withLock { $0.isStopped = true } }
        func tell(_ events: [MediaEvent]) { state.withLock { $0.events += events } }
        var lines: [LineCondition] { state.withLock { $0.lines } }
    }

    final class Recording: CallRecording {
        struct Broken: ReportableError { var failure: Failure { Failure(.inputOutput, code: "test.broken", "Broken") } }
        let path = "call.wav"
        let isBroken = Atomic<Bool>(false)
        var failure: (any ReportableError)? { isBroken.load(ordering: .acquiring) ? Broken() : nil }
        let frameCount = 8000
        func finish() async -> Bool { true }
    }

    /// The events that an attendant saw. Its steps run in order, each after its event.
    final class Notes: Sendable {
        let notices = Mutex<[CallNotice]>([])
        let isGone = Atomic<Bool>(false)
        let ordersEnd = Atomic<Bool>(false)
        var names: [String] { notices.withLock { $0.compactMap { $0.record?.name } } }
        var notes: [CallNotice.Note] { notices.withLock { $0.compactMap(\.note) } }
    }

    struct Attendant: CallAttendant {
        let notes: Notes
        /// Runs an action once when an event with this name is reported.
        var steps: [(event: String, command: LiveCommand?, act: @Sendable () -> Void)]
        private var due: [LiveCommand] = []

        init(_ notes: Notes, _ steps: [(event: String, command: LiveCommand?, act: @Sendable () -> Void)]) {
            self.notes = notes
            self.steps = steps
        }

        mutating func takeCommands() -> [LiveCommand] {
            defer { due = [] }
            return due
        }
        var hasNoMoreCommands: Bool { false }
        var isGone: Bool { notes.isGone.load(ordering: .acquiring) }
        var ordersEnd: Bool { notes.ordersEnd.load(ordering: .acquiring) }
        mutating func tell(_ notice: CallNotice) {
            notes.notices.withLock { $0.append(notice) }
            while let step = steps.first, step.event == notice.record?.name {
                steps.removeFirst()
                if let command = step.command { due.append(command) }
                step.act()
                break
            }
        }
        mutating func help() {}
        mutating func sayGone(_ consequence: String) {
            notes.notices.withLock { $0.append(CallNotice(note: .words(consequence))) }
        }
        mutating func show(_ status: CallStatus) {}
        func wouldLeave(_ words: String?) {}
        mutating func close() {}
    }

    private static func session() -> (session: CallSession, terms: PaymentTerms) {
        let settings = SessionSettings(
            sessionID: "SESSION", amount: 4200, currency: "GBP", month: CardExpiry(month: 11, year: 2026)!,
            callID: "CALL", isTest: true)
        let terms = PaymentTerms(ledgerPath: nil, gateway: "https://pay.example", patience: .seconds(30))
        return (CallSession(settings, gateway: DecliningGateway(), journal: .none), terms)
    }

    private static func key(_ character: Character) -> MediaEvent { .key(Key(character)!) }

    private func run(
        _ audio: Audio, _ notes: Notes, recording: Recording? = nil, pays: Bool = true, log: EventLog = EventLog(),
        _ steps: [(event: String, command: LiveCommand?, act: @Sendable () -> Void)]
    ) async -> CallDriver<Attendant>.Ending {
        var driver = await CallDriver(
            .init(
                call: audio, recording: recording, payment: pays ? Self.session() : nil, prompts: nil),
            attendedBy: Attendant(notes, steps), as: CallNames(call: "CALL", session: "SESSION", isTest: true),
            log: log)
        driver.begin([(.callerIn, "line")], lookAhead: 0.02)
        return await driver.run()
    }

    @Test func `keys become a card, events are numbered without a gap, and the line follows the session`() async {
        let (audio, notes, log) = (Audio(), Notes(), EventLog())
        let keys = "4242424242424242*1230*123*".map(Self.key)
        let end = await run(
            audio, notes, log: log,
            [
                ("started", .session(.collect, word: "secure"), {}), ("secured", nil, { audio.tell(keys) }),
                ("declined", .session(.cancel, word: "cancel"), {}), ("ended", .quit, {}),
            ])
        guard case .declined? = end.session else { return #expect(Bool(false), "\(String(describing: end.session))") }
        #expect(!end.isLeftOpen && !end.hasFailed && !end.hasLostReader)
        #expect(notes.names.first == "started" && notes.names.last == "finished")
        #expect(audio.lines.first == .secured)
        let records = notes.notices.withLock { $0.compactMap(\.record) }
        #expect(records.map(\.number) == Array(1...records.count))
        #expect(log.events(after: 0).events == records)
        // No event of the audio tells of a key while a payment is on.
        #expect(!notes.names.contains("key"))
        for record in records where record.number > 1 { #expect(record["session"] == .text("SESSION")) }
    }

    @Test func `a recording that fails mutes the line and ends the payment, once and with its reason`() async {
        let (audio, notes, recording) = (Audio(), Notes(), Recording())
        let end = await run(
            audio, notes, recording: recording,
            [
                ("started", .session(.collect, word: "secure"), {}),
                ("secured", nil, { recording.isBroken.store(true, ordering: .releasing) }),
                ("unrecorded", .quit, {}),
            ])
        #expect(end.hasFailed && end.session == .failed(.recorder))
        #expect(audio.line == .muted && notes.names.count { $0 == "unrecorded" } == 1)
        #expect(
            notes.notes.contains(
                .failure(
                    file: "call.wav", what: "Broken", consequence: "the agent hears nothing of the caller any more")))
    }

    @Test(arguments: [CallLeg.callerIn, .callerOut, .agentOut])
    func `a leg that the payment needs and that is lost ends it`(leg: CallLeg) async {
        let (audio, notes) = (Audio(), Notes())
        let end = await run(
            audio, notes,
            [
                ("started", .session(.collect, word: "secure"), {}), ("secured", nil, { audio.tell([.lost(leg)]) }),
                ("ended", .quit, {}),
            ])
        #expect(end.session == .lineLost)
    }

    @Test func `a lost microphone of the agent does not end the payment`() async {
        let (audio, notes) = (Audio(), Notes())
        let end = await run(
            audio, notes,
            [
                ("started", .session(.collect, word: "secure"), {}),
                ("secured", nil, { audio.tell([.lost(.agentIn)]) }),
                ("lost", .session(.cancel, word: "cancel"), {}), ("ended", .quit, {}),
            ])
        guard case .cancelled? = end.session else { return #expect(Bool(false)) }
    }

    @Test func `without a reader of events, the payment is cancelled and the call goes on`() async {
        let (audio, notes) = (Audio(), Notes())
        let end = await run(
            audio, notes,
            [
                ("started", .session(.collect, word: "secure"), {}),
                ("secured", nil, { notes.isGone.store(true, ordering: .releasing) }),
                ("ended", nil, { notes.ordersEnd.store(true, ordering: .releasing) }),
            ])
        #expect(end.hasLostReader)
        guard case .cancelled? = end.session else { return #expect(Bool(false)) }
        #expect(notes.notes.contains(.words("the call goes on, its payment is called off")))
        // What the caller keys on is still taken out.
        #expect(audio.line != .open)
    }

    @Test func `a command without a payment and an unknown word are refused with an error`() async {
        let (audio, notes) = (Audio(), Notes())
        _ = await run(
            audio, notes, pays: false,
            [
                ("started", .unknown, {}), ("refused", .session(.submit, word: "submit"), {}),
                ("refused", .recollectHere, {}), ("refused", .quit, {}),
            ])
        let reasons = notes.notices.withLock { $0.compactMap { $0.record?["reason"] } }
        #expect(reasons == [.text("unknown-command"), .text("no-payment"), .text("no-payment")])
    }

    @Test func `audio that does not end is given up, and this is reported`() async {
        let (audio, notes) = (Audio(), Notes())
        audio.state.withLock { $0.hangs = true }
        _ = await run(audio, notes, pays: false, [("started", .quit, {})])
        #expect(notes.names.last == "finished")
        #expect(
            notes.notes.contains { if case .words(let words) = $0 { words.contains("does not answer") } else { false } }
        )
    }

    @Test func `a key without a payment is reported without its digit, and xruns as sums`() async {
        let (audio, notes) = (Audio(), Notes())
        audio.tell([Self.key("7")] + Array(repeating: .xrun(.agentOut), count: 5) + [.dropped(.agentOut, frames: 80)])
        _ = await run(audio, notes, pays: false, [("key", .quit, {})])
        let records = notes.notices.withLock { $0.compactMap(\.record) }
        #expect(records.count { $0.name == "key" } == 1)
        let xruns = records.filter { $0.name == "xrun" }
        #expect(xruns.map { $0["new"] } == [.integer(5)] && xruns.map { $0["count"] } == [.integer(5)])
        #expect(records.filter { $0.name == "late" }.map { $0["dropped_ms"] } == [.decimal(10, places: 1)])
        #expect(records.allSatisfy { !$0.ndjson.contains("\"7\"") })
    }
}
