import ALSAMedia
import ArgumentParser
import CallControl
import Failures
import Glibc
import PaymentSession
import PaymentSetup
import ProcessIO
import Secrets

struct Live: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "Suppress tones and take a payment between a caller and an agent on sound devices.",
        discussion: """
            The caller's audio goes to the agent without key tones, later by the look-ahead. The agent's audio goes to \
            the caller unchanged. --record keeps both in a WAVE file, the caller without tones. The file is complete \
            up to the last second even if the process is killed. --pay takes a payment with the caller's keys.

            On a terminal the command shows levels, a light for each key, and the payment's fields and state. The \
            agent's keys are: s secure the line and begin, r ask for a field again, c cancel, a another card, p pay, q \
            quit, ? list these keys.

            Elsewhere it writes ndjson events to standard output and reads commands from standard input, one a line: \
            secure, recollect-card-number, recollect-expiry, recollect-security-code, cancel, another-card, submit, \
            quit. If standard input is closed, the payment begins at once. A refused command gives an event 'refused' \
            with the reason. Member 'n' of each event is its number.

            INT, TERM, HUP and quit end the call in an orderly way. Keyed digits are erased. If the gateway is being \
            asked, its answer is awaited for at most 15 seconds (60 without a ledger), and a message says so at once. \
            A second INT or TERM ends the process. The attempt then stays open in the ledger, and the next start \
            settles it. If the reader of the events goes away or stops reading, the call goes on: a payment in \
            progress is cancelled, and the call is muted until the payment is over.

            Devices are ALSA names, as listed by tonewall devices. A lost device is tried again. Until the caller's \
            device is back, the agent hears nothing of the caller. Payment and gateway options are those of tonewall \
            pay.

            EXAMPLES
              tonewall live --caller-in hw:1 --agent-out hw:2 --agent-in hw:2 --caller-out hw:1 --record call.wav
              tonewall live --caller-in line --agent-out headset --record-dir calls \
                --pay 42.00 --currency GBP --gateway mock

            Exit status: 0 done, and approved if there was a payment; 1 not paid; 69 the gateway's answer is unknown; \
            70 memory for a card cannot be locked (RLIMIT_MEMLOCK below 40 KB); 74 the recording or standard output \
            failed.
            """)

    @OptionGroup(title: "Devices") var devices: LiveDeviceOptions
    @OptionGroup(title: "Recording") var recording: RecordingOptions
    @OptionGroup(title: "Payment") var payment: PaymentOptions
    @OptionGroup(title: "Gateway") var place: GatewayOptions
    @OptionGroup(title: "Suppression") var suppression: SuppressionOptions
    @Option(help: "Output format (default: text on a terminal, else ndjson).") var format: OutputFormat?
    @Option(
        help: ArgumentHelp("End the call after this many seconds, 24 hours at most.", valueName: "s"),
        transform: NumberOption.within(0.001...86_400, "a call lasts from a thousandth of a second to a day"))
    var duration: Double?

    func run() async throws {
        CallMemory.protect()
        let port = devices.port
        let devices = devices.choice
        let media = try devices.media(try suppression.configuration(detecting: payment.detectorProfile), from: port)
        let isText = (format ?? (isatty(STDOUT_FILENO) != 0 ? .text : .ndjson)) == .text
        OutputQueue.start()
        _ = Interruption.descriptor
        // Errors of the command line are reported before anything is opened.
        let setup = payment.setup(place)
        // An agent at a terminal submits the payment. For a program it is submitted automatically.
        let settings =
            payment.amount == nil
            ? nil : try setup.request.settings(isText && StandardInput.isTerminal ? .byAgent : .automatic)
        let name = settings?.callID ?? payment.callID ?? PaymentRequest.newName()
        _ = try recording.place.path(.init(call: name, session: settings?.sessionID, reference: settings?.reference))
        var open: OpenPayment?
        if let settings {
            open = try await setup.open(settings, writing: [recording.record].compactMap(\.self), host: .command)
        }
        if isText { open?.sayKind() }
        let call = LiveCallRun(
            media, over: devices.names, as: name, recording: recording.place,
            encoding: devices.sampleEncoding, payment: open, prompts: payment.prompts,
            duration: duration.map { .seconds($0) })
        let end = try await call.run(attendedBy: LiveAttendant(isText: isText), host: .command)
        // The reasons were reported when they occurred.
        if let status = end.status { throw ExitCode(status.rawValue) }
        _ = OutputQueue.output.flush(within: .seconds(1))
        if OutputQueue.output.fault != nil { throw OutputQueue.output.failure("the call is over") }
    }
}
