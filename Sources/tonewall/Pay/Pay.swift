import ArgumentParser
import AudioIO
import CallControl
import Failures
import KeypadProfiles
import Ledger
import PaymentSession
import PaymentSetup
import ProcessIO
import Secrets
import StreamSuppression
import Suppression
import Synchronization

struct Pay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: "Take the payment that a recorded call holds.",
        discussion: """
            CALL has the caller on its left channel and the agent on its right. It is played through as fast as it goes: the keys \
            become a card, the card goes to the gateway, and no tone reaches the agent or the recording. What is printed is what \
            the agent would see, as it happens. Time-outs and the agent's actions go by the call's own time.

            The gateway is named: by its address, with its secret key in TONEWALL_GATEWAY_KEY or --key-file, or as 'mock', which is \
            started as a process of its own on a free loopback port and moves no money. What is a test says TEST everywhere. A card goes to an https gateway whose certificate proves its name, \
            or over plain http to this machine alone. A proxy is used where --proxy names one, and never for plain http: no \
            environment variable and no .netrc has a say.

            A card lies in locked memory. A process that may lock less than 40 KB (RLIMIT_MEMLOCK, 'ulimit -l', LimitMEMLOCK= in a \
            systemd unit) takes no payment and says so before the call is played.

            Every payment is written to a ledger before it is sent. A session's name that the ledger has is refused (64). Each start \
            settles what an earlier one left open at the same gateway, and lists what is left.

            The agent's actions (--at SECONDS:COMMAND, as often as needed) are secure, collect, recollect-card-number, \
            recollect-expiry, recollect-security-code, submit, another-card and cancel. Without any, the capture begins with the \
            call; with a submit among them the payment waits for it.

            INT, TERM and HUP end the call as a hang-up does. Where the gateway is being asked, its answer is waited for, 15 seconds \
            at most (60 without a ledger), which is said at once. A second INT or TERM ends the process; the attempt then stays open \
            in the ledger, which is said, and the next start settles it. A reader of standard output that goes away does not call the \
            payment off, as it would in 'live': the call is played to its end, and the ledger has the outcome.

            \(ProfileFile.help)

            EXAMPLES
              tonewall pay call.wav --amount 42.00 --gateway mock --out paid
              tonewall pay call.wav --gateway mock --at 3:secure --at 31.5:recollect-security-code --format ndjson
              TONEWALL_GATEWAY_KEY=sk_test_1 tonewall pay call.wav --gateway http://127.0.0.1:12111

            Exit status: 0 approved; 1 declined, cancelled or incomplete; 69 gateway out of reach or its answer unknown; 70 memory \
            cannot be locked; 74 approved, but standard output or a file could not be written.
            """)

    @Argument(help: "The recorded call, two channels; '-' is standard input.", completion: .file()) var call: String
    @OptionGroup(title: "Payment") var payment: PaymentOptions
    @OptionGroup(title: "Gateway") var place: GatewayOptions
    @OptionGroup(title: "Agent") var agent: AgentOptions
    @OptionGroup(title: "Suppression") var suppression: SuppressionOptions
    @OptionGroup(title: "Raw samples") var raw: RawOptions
    @Option(help: .init("Folder for agent.wav, recording.wav, spectrogram.png and receipt.txt.", valueName: "dir"))
    var out: String?
    @Option(help: "text: as the agent's screen shows it; ndjson: an object an event.") var format: OutputFormat = .text
    @Flag(name: .shortAndLong, help: "Say on standard error what is done, and what was taken out of each leg.")
    var verbose = false

    func run() async throws {
        CallMemory.protect()
        // What is wrong on the command line is said before the call is read.
        let setup = payment.setup(place)
        let settings = try setup.request.settings(agent.script.submission)
        let suppression = try suppression.configuration()
        OutputQueue.start()
        _ = Interruption.descriptor
        let reader = try AudioReader(
            call, raw: try raw.layout(of: call), forcesRaw: raw.forceRaw, stop: Interruption.descriptor)
        try reader.refuseRate(outside: SuppressedStream.sampleRates)
        try reader.refuseUnread()
        try RecordedCallError.check(reader)
        let files = try out.map { try RecordedCallFiles(folder: $0, copying: reader) }
        let open = try await setup.open(
            settings, reading: call == "-" ? [] : [call], writing: out.map(RecordedCallFiles.paths) ?? [],
            host: .command)
        let (names, gateway) = (open.settings, open.gateway.address)
        note("session \(names.sessionID) of profile \(names.profile.name), gateway \(gateway)")
        let report = try await open.play(
            RecordedCall(
                script: agent.script, profile: names.profile, answerAfter: .seconds(agent.answerAfter),
                suppression: suppression),
            reader, leaving: files, willLeave: Interruption.says, show: printer())
        for (leg, count) in zip(["caller", "agent"], report.suppressed) { note("\(leg)'s leg: \(count.words)") }
        if let out { note("written: \(out)/agent.wav, recording.wav, spectrogram.png") }
        try reader.reportOddities()
        let failure = report.failure(call: call, gateway: gateway, fault: await open.session.fault)
        try end(failure, report.outcome, ledger: open.ledgerPath)
    }

    /// Ends with what the payment came to, and with whether standard output took what was told of it.
    private func end(_ failure: Failure?, _ outcome: String, ledger: String?) throws {
        let isTold = OutputQueue.output.flush(within: .seconds(1)) && OutputQueue.output.fault == nil
        let place = ledger.map { "tonewall ledger list \($0)" } ?? "it is written nowhere"
        let unread = isTold ? nil : OutputQueue.output.failure("the payment is \(outcome): \(place)")
        if failure != nil, let unread { Report.print(unread) }
        if let failure = failure ?? unread { throw failure }
    }

    private func note(_ text: String) {
        if verbose { Report.note("tonewall: \(text)") }
    }

    /// Prints each event as it happens.
    private func printer() -> @Sendable (CallEvent) -> Void {
        let (format, prompts) = (format, payment.prompts)
        let (records, log) = (SessionRecords(prompts: prompts), EventLog())
        let transcript = Mutex(AgentTranscript(prompts: prompts))
        return { event in
            switch format {
            case .text: StandardOutput.write(transcript.withLock { $0.text(for: event) })
            case .ndjson: if let record = records.record(event) { StandardOutput.write(log.append(record).ndjson) }
            }
        }
    }
}

/// What the agent did during a recorded call.
struct AgentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("What the agent did, and when: SECONDS:COMMAND; may be given again.", valueName: "step"),
        transform: { text in
            if let step = AgentScript.Step(text) { return step }
            throw ValidationError("a step is written SECONDS:COMMAND, as 31.5:recollect-security-code")
        })
    var at: [AgentScript.Step] = []
    @Option(help: .init("Seconds of the call from a submission to the gateway's answer.", valueName: "s"))
    var answerAfter = 1.0

    var script: AgentScript { AgentScript(at) }

    mutating func validate() throws {
        guard (0...600).contains(answerAfter) else { throw ValidationError("an answer comes after 0 to 600 s") }
    }
}

extension CallHost {
    /// This process: lines on standard error, and the order to stop that a signal gives.
    static let command = CallHost(note: { Report.note($0) }, isStopping: { Interruption.hasCome })
}
