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
        abstract: "Take the payment in a recorded call.",
        discussion: """
            CALL has the caller on its left channel and the agent on its right. It is played as fast as possible. The \
            keys become a card, the card goes to the gateway, and no tone reaches the agent or the recording. The \
            output is what the agent would see. Time-outs and the agent's actions follow the time of the call.

            --gateway is required. It is either an address, with the secret key in TONEWALL_GATEWAY_KEY or --key-file, \
            or 'mock'. The mock is started as a process of its own on a free loopback port and moves no money. Test \
            payments are marked TEST everywhere. A card goes to an https gateway whose certificate proves its name, or \
            over plain http to this machine only. A proxy is used only with --proxy, and never for plain http. \
            Environment variables and .netrc are ignored.

            A card is stored in locked memory. A process that may lock less than 40 KB (RLIMIT_MEMLOCK, 'ulimit -l', \
            LimitMEMLOCK= in a systemd unit) takes no payment, and reports this before the call is played.

            Every payment is written to a ledger before it is sent. A session name that the ledger already has is \
            refused (64). Each start settles what an earlier one left open at the same gateway, and lists what remains \
            open.

            The agent's actions (--at SECONDS:COMMAND, which may be repeated) are secure, collect, \
            recollect-card-number, recollect-expiry, recollect-security-code, submit, another-card and cancel. Without \
            any action, the capture begins with the call. With a submit action, the payment waits for it.

            INT, TERM and HUP end the call like a hang-up. If the gateway is being asked, its answer is awaited for at \
            most 15 seconds (60 without a ledger), and a message says so at once. A second INT or TERM ends the \
            process. The attempt then stays open in the ledger, a message says so, and the next start settles it. If \
            the reader of standard output goes away, the payment is not cancelled, unlike in 'live': the call is \
            played to its end, and the ledger has the outcome.

            \(ProfileFile.help)

            EXAMPLES
              tonewall pay call.wav --amount 42.00 --gateway mock --out paid
              tonewall pay call.wav --gateway mock --at 3:secure --at 31.5:recollect-security-code --format ndjson
              TONEWALL_GATEWAY_KEY=sk_test_1 tonewall pay call.wav --gateway http://127.0.0.1:12111

            Exit status: 0 approved; 1 declined, cancelled or incomplete; 69 gateway out of reach or its answer \
            unknown; 70 memory cannot be locked; 74 approved, but standard output or a file could not be written.
            """)

    @Argument(help: "The recorded call, two channels; '-' is standard input.", completion: .file()) var call: String
    @OptionGroup(title: "Payment") var payment: PaymentOptions
    @OptionGroup(title: "Gateway") var place: GatewayOptions
    @OptionGroup(title: "Agent") var agent: AgentOptions
    @OptionGroup(title: "Suppression") var suppression: SuppressionOptions
    @OptionGroup(title: "Raw samples") var raw: RawOptions
    @Option(help: .init("Folder for agent.wav, recording.wav, spectrogram.png and receipt.txt.", valueName: "dir"))
    var out: String?
    @Option(help: "Output format: 'text' is the agent's screen, 'ndjson' one object for each event.") var format:
        OutputFormat = .text
    @Flag(name: .shortAndLong, help: "Report progress and removed tones of each leg on standard error.")
    var verbose = false

    func run() async throws {
        CallMemory.protect()
        // Errors of the command line are reported before the call is read.
        let setup = payment.setup(place)
        let settings = try setup.request.settings(agent.script.submission)
        let suppression = try suppression.configuration(detecting: payment.detectorProfile)
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

    /// Throws if the payment failed, or if its events could not be written to standard output.
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

/// The agent's actions during a recorded call.
struct AgentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("An action of the agent, SECONDS:COMMAND. May be repeated.", valueName: "step"),
        transform: { text in
            if let step = AgentScript.Step(text) { return step }
            throw ValidationError("a step is written SECONDS:COMMAND, as 31.5:recollect-security-code")
        })
    var at: [AgentScript.Step] = []
    @Option(help: .init("Seconds of call time from a submission to the gateway's answer.", valueName: "s"))
    var answerAfter = 1.0

    var script: AgentScript { AgentScript(at) }

    mutating func validate() throws {
        guard (0...600).contains(answerAfter) else { throw ValidationError("an answer comes after 0 to 600 s") }
    }
}

extension CallHost {
    /// This process: it reports on standard error, and a signal tells it to stop.
    static let command = CallHost(note: { Report.note($0) }, isStopping: { Interruption.hasCome })
}
