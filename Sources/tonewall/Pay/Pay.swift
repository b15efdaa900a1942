import ArgumentParser
import AudioIO
import CallControl
import Failures
import Gateway
import Glibc
import PaymentSession
import ProcessIO
import Secrets
import StreamSuppression
import Suppression

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

            KEYPAD FILES
              A YAML file, each line of which may be left out; what is left out comes from 'base', a built-in profile.
                name: clinic
                merchant: Clinic Ltd    # who is paid, on receipts: 1 to 64 characters
                base: keyivr
                keys: {submit: "#", clear: none, cancel: "*"}    # *, #, A, B, C or D
                timeouts: {first-digit: 20, inter-digit: 8, field: 60, field-limit: 200, session: 300}    # seconds
                auto-end: false         # true: a full field ends by itself
                attempts: 3             # tries a field, 1 to 9
                cards: 2                # cards a session, 1 to 9
                bounce-gap: 0.25        # seconds within which a repeated key is one press

            EXAMPLES
              tonewall pay call.wav --amount 42.00 --gateway mock --out paid
              tonewall pay call.wav --gateway mock --at 3:secure --at 31.5:recollect-security-code --format ndjson
              TONEWALL_GATEWAY_KEY=sk_test_1 tonewall pay call.wav --gateway http://127.0.0.1:12111

            Exit status: 0 approved; 1 declined, cancelled or incomplete; 69 gateway out of reach or its answer unknown; 70 memory \
            cannot be locked; 74 approved, but standard output or a file could not be written.
            """)

    @Argument(help: "The recorded call, two channels; '-' is standard input.", completion: .file())
    var call: String

    @OptionGroup(title: "Payment")
    var payment: PaymentOptions

    @OptionGroup(title: "Gateway")
    var place: GatewayOptions

    @OptionGroup(title: "Agent")
    var agent: AgentOptions

    @OptionGroup(title: "Suppression")
    var suppression: SuppressionOptions

    @OptionGroup(title: "Raw samples")
    var raw: RawOptions

    @Option(
        help: ArgumentHelp("Folder for agent.wav, recording.wav, spectrogram.png and receipt.txt.", valueName: "dir"))
    var out: String?

    @Option(help: "text: as the agent's screen shows it; ndjson: an object an event.")
    var format: OutputFormat = .text

    @Flag(name: .shortAndLong, help: "Say on standard error what is done, and what was taken out of each leg.")
    var verbose = false

    func run() async throws {
        CallMemory.protect()
        // What is wrong on the command line is said before the call is read.
        let settings = try payment.settings(agent.script.submission)
        let suppression = try suppression.configuration()
        OutputQueue.start()
        _ = Interruption.descriptor
        let reader = try AudioReader(
            call, raw: try raw.layout(of: call), forcesRaw: raw.forceRaw, stop: Interruption.descriptor)
        try reader.refuseRate(outside: SuppressedStream.sampleRates)
        try reader.refuseUnread()
        try CallOutputs.checkLegs(reader)
        let outputs = try out.map { try CallOutputs(folder: $0, copying: reader) }
        let open = try await OpenPayment(
            settings, payment, at: place, reading: call == "-" ? [] : [call], writing: out.map(CallOutputs.files) ?? [])
        note("session \(open.settings.sessionID) of profile \(open.settings.profile.name), gateway \(open.gateway.url)")
        let report: RecordedCall.Report
        do {
            report = try await play(reader, open, suppression, outputs)
        } catch {
            await open.abandon()
            throw error
        }
        if report.isLeftOpen {
            let identity = await open.session.identity
            await open.leave()
            throw Failure(.unavailable, open.openWords(identity))
        }
        try await open.close()
        try outputs?.finish(try await open.receipt(), removed: report.removed)
        for (leg, count) in zip(["caller", "agent"], report.suppressed) {
            note("\(leg)'s leg: \(count.words)")
        }
        if let out { note("written: \(out)/agent.wav, recording.wav, spectrogram.png") }
        try reader.reportOddities()
        let verdict = PaymentVerdict(report, call: call, gateway: open.gateway.url, fault: await open.session.fault)
        try end(verdict, open)
    }

    /// Ends with what the payment came to; one that was approved, with whether standard output took what was told.
    private func end(_ verdict: PaymentVerdict, _ open: OpenPayment) throws {
        let isTold = OutputQueue.output.flush(within: .seconds(1)) && OutputQueue.output.fault == nil
        let place = open.ledgerPath.map { "tonewall ledger list \($0)" } ?? "it is written nowhere"
        let unread = isTold ? nil : OutputQueue.output.failure("the payment is \(verdict.outcome): \(place)")
        if let failure = verdict.failure {
            if let unread { Report.print(unread) }
            throw failure
        }
        if let unread { throw unread }
    }

    /// Plays the call through the session, and shows what happens.
    private func play(
        _ reader: AudioReader, _ open: OpenPayment, _ suppression: Suppressor.Configuration, _ outputs: CallOutputs?
    ) async throws -> RecordedCall.Report {
        let screen = Task { [events = await open.session.events(), printer = printer] in
            var printer = printer
            for await event in events { printer.print(event) }
        }
        let recorded = RecordedCall(
            script: agent.script, profile: open.settings.profile, answerAfter: .seconds(agent.answerAfter),
            suppression: suppression)
        do {
            let report = try await recorded.play(
                reader, through: open.session, stop: stop(open), hear: { outputs?.hear($0) },
                write: { try outputs?.write($0) })
            if !report.isLeftOpen { await screen.value }
            return report
        } catch {
            await screen.value
            throw error
        }
    }

    /// INT, TERM and HUP end the call as a hang-up does; a second INT or TERM says what it leaves open.
    private func stop(_ open: OpenPayment) -> CallStop {
        let waitWords = open.waitWords
        let openWords = open.openWords
        return CallStop(
            patience: open.patience, isOrdered: { Interruption.hasCome },
            willWait: { Report.note("tonewall: \(waitWords)") },
            awaits: { identity in Interruption.says(identity.map { "tonewall: \(openWords($0))" }) })
    }

    private func note(_ text: String) {
        if verbose { Report.note("tonewall: \(text)") }
    }

    private var printer: any EventPrinter {
        switch format {
        case .text: AgentScreen(prompts: payment.prompts)
        case .ndjson: EventOutput(records: SessionRecords(prompts: payment.prompts), log: EventLog())
        }
    }
}
