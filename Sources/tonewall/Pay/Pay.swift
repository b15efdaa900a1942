import ArgumentParser
import AudioIO
import Gateway
import Glibc
import PaymentSession
import Pipeline
import Suppression

struct Pay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: "Take the payment that a recorded call holds.",
        discussion: """
            CALL has the caller on its left channel and the agent on its right. It is played through as fast as it goes: the keys \
            become a card, the card goes to the gateway, and no tone reaches the agent or the recording. What is printed is what \
            the agent would see, as it happens. Time-outs and the agent's actions go by the call's own time.

            Without --gateway a mock gateway is started as a process of its own on a free loopback port, and no money moves. The \
            gateway's secret key is read from TONEWALL_GATEWAY_KEY or from --key-file.

            The agent's actions (--at SECONDS:COMMAND, as often as needed) are secure, collect, recollect-card-number, \
            recollect-expiry, recollect-security-code, submit, another-card and cancel. Without any, the capture begins with the \
            call; with a submit among them the payment waits for it.

            EXAMPLES
              tonewall pay call.wav --amount 42.00 --out paid
              tonewall pay call.wav --at 3:secure --at 31.5:recollect-security-code --format ndjson
              TONEWALL_GATEWAY_KEY=sk_test_1 tonewall pay call.wav --gateway http://127.0.0.1:12111

            Exit status: 0 approved; 1 declined, cancelled or incomplete; 69 gateway out of reach or its answer unknown.
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

    @Option(
        help: ArgumentHelp("Ledger that the session is written to; made where there is none.", valueName: "file"),
        completion: .file())
    var ledger: String?

    @Option(help: "text: as the agent's screen shows it; ndjson: an object an event.")
    var format: OutputFormat = .text

    @Flag(name: .shortAndLong, help: "Say on standard error what is done, and what was taken out of each leg.")
    var verbose = false

    func run() async throws {
        CoreDumps.forbid()
        let settings = try payment.settings(for: agent)
        let suppression = try suppression.configuration()
        let reader = try AudioReader(call, raw: try raw.layout(of: call))
        try ToneRange.check(reader)
        try Hearing.refuseUnheard(reader)
        try CallOutputs.checkLegs(reader)
        let outputs = try out.map { try CallOutputs(folder: $0, copying: reader) }
        _ = Interruption.descriptor
        let gateway = try await place.open()
        note("session \(settings.sessionID) of profile \(settings.profile.name), gateway \(gateway.url)")
        let book = try ledger.map { try CallBook($0, settings: settings, gateway: gateway) }
        let session = CallSession(settings, gateway: book?.client ?? gateway.client, journal: book)
        let screen = Task { [events = await session.events(), printer = printer(settings)] in
            var printer = printer
            for await event in events { printer.print(event) }
        }
        let booking = Task { [events = await session.events()] in await book?.follow(events) }
        let recorded = RecordedCall(
            script: agent.script, profile: settings.profile, answerAfter: .seconds(agent.answerAfter),
            suppression: suppression)
        let report: RecordedCall.Report
        do {
            report = try await recorded.play(
                reader, through: session, hear: { outputs?.hear($0) }, write: { try outputs?.write($0) })
        } catch {
            await screen.value
            await booking.value
            await gateway.close()
            throw error
        }
        await screen.value
        await booking.value
        try await book?.close(report.view)
        await gateway.close()
        try outputs?.finish(Receipt(report.view), removed: report.removed)
        for (leg, count) in zip(["caller", "agent"], report.suppressed) {
            note("\(leg)'s leg: \(count.words)")
        }
        if let out { note("written: \(out)/agent.wav, recording.wav, spectrogram.png") }
        try Hearing.report(reader)
        if let failure = PaymentVerdict(report, call: call, gateway: gateway.url, fault: await session.fault).failure {
            throw failure
        }
    }

    private func note(_ text: String) {
        if verbose { Report.note("tonewall: \(text)") }
    }

    private func printer(_ settings: SessionSettings) -> any EventPrinter {
        switch format {
        case .text: AgentScreen(prompts: agent.prompts)
        case .ndjson: EventLines(prompts: agent.prompts)
        }
    }
}
