internal import MediaCore
internal import PaymentSession
internal import TextFormats

/// Turns what happens in a live call into notices for its attendant, and appends the events to the call's log.
struct CallTeller {
    private var records: LiveRecords
    private let sessionRecords: SessionRecords
    private let prompts: PromptStyle?
    private let clock: CallClock
    private let log: EventLog
    private(set) var counts = CallCounts()
    private var sums = TroubleSums()

    init(sampleRate: Int, names: CallNames, prompts: PromptStyle?, clock: CallClock, log: EventLog) {
        records = LiveRecords(sampleRate: sampleRate, names: names)
        sessionRecords = SessionRecords(prompts: prompts)
        self.prompts = prompts
        self.clock = clock
        self.log = log
    }

    private func notice(_ record: EventRecord?) -> CallNotice { CallNotice(record: record.map(log.append)) }

    /// The notice of a session event, as in `tonewall pay`. A screen gets the words to read and what was refused.
    mutating func tell(_ event: CallEvent) -> CallNotice {
        records.names.idempotencyKey = event.payment.idempotencyKey
        var notice = notice(sessionRecords.record(event))
        if case .prompt(let prompt) = event.kind, let prompts {
            notice.screen = [
                prompts == .agent ? "say: “\(prompt.script(event.view))”" : "prompt: \(prompt.name)"
            ]
        } else if case .refused(let word, let refusal) = event.kind {
            notice.screen = ["tonewall: \(word): \(refusal.words)"]
        }
        return notice
    }

    /// Counts an audio event and returns its notice, or `nil`. The session reports the keys of a payment.
    mutating func tell(_ event: MediaEvent, hasPayment: Bool) -> CallNotice? {
        counts.count(event)
        if case .key = event, hasPayment { return CallNotice(isKey: true) }
        if sums.add(event) || event == .unrecorded { return nil }
        var notice = notice(records.event(event, at: clock.now, counts))
        notice.canBeSpared = true
        switch event {
        case .key: notice.isKey = true
        case .lost(let leg): notice.screen = ["\(leg.name): the device is gone; it is tried again"]
        case .reopened(let leg): notice.screen = ["\(leg.name): the device is back"]
        default: break
        }
        return notice
    }

    /// The trouble reports that are due, or all of them at the end of the call.
    mutating func troubles(isLast: Bool = false) -> [CallNotice] {
        sums.due(at: clock.now, isLast: isLast).map { sum in
            var notice = notice(records.trouble(sum, at: clock.now, counts))
            notice.canBeSpared = true
            return notice
        }
    }

    func started(_ ports: [(CallLeg, String)], lookAhead: Double, recording: String?) -> CallNotice {
        notice(records.started(ports, lookAhead: lookAhead, recording: recording))
    }

    /// The notice of a command that was refused.
    func refused(_ command: String, _ reason: String, _ words: String) -> CallNotice {
        var notice = notice(records.refused(command, reason, at: clock.now))
        notice.note = .words("tonewall: \(words)")
        return notice
    }

    func recordingFailed(_ reason: String, file: String?) -> CallNotice {
        var notice = notice(records.recordingFailed(reason, at: clock.now))
        notice.note = .failure(
            file: file, what: reason, consequence: "the agent hears nothing of the caller any more")
        return notice
    }

    func waiting(_ terms: PaymentTerms) -> CallNotice {
        var notice = notice(records.waiting(terms.patience, for: "gateway", at: clock.now))
        notice.note = .words("tonewall: \(terms.waitWords)")
        return notice
    }

    func leftOpen(_ terms: PaymentTerms, _ identity: PaymentIdentity) -> CallNotice {
        var notice = notice(records.leftOpen(ledger: terms.ledgerPath, at: clock.now))
        notice.note = .words("tonewall: \(terms.openWords(identity))")
        return notice
    }

    /// The notice of the call's result. `payment` gives the payment's result for a screen.
    func finished(_ ending: LiveRecords.Ending, payment: String?) -> CallNotice {
        var notice = notice(records.finished(ending, at: clock.now, counts))
        let dropped = 1000 * counts.allDropped / records.sampleRate
        notice.screen = [
            "\(counts.presses) keys taken out, \(counts.allXruns) xruns, \(dropped) ms too late to be heard"
        ]
        if let payment { notice.screen.append("payment: \(payment)") }
        if let path = ending.recording, let frames = ending.recorded {
            let seconds = fixed(Double(frames) / Double(records.sampleRate), decimals: 1)
            notice.screen.append("recorded: \(path), \(seconds) s")
        }
        return notice
    }
}
