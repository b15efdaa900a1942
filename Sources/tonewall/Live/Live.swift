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
        abstract: "Stand between a caller and an agent on sound devices.",
        discussion: """
            What the caller says goes to the agent later by the look-ahead, with every key tone gone; what the agent says goes to \
            the caller as it is. --record keeps both, the caller without tones, in a WAVE file that is right up to the last second \
            whatever happens. --pay takes a payment with the caller's keys.

            On a terminal: levels, a light for each key, the payment's fields and where it stands, and keys for the agent: s secure \
            the line and begin, r ask for a field again, c cancel, a another card, p pay, q quit, ? these keys. Elsewhere: ndjson events on standard \
            output and commands on standard input, one a line: secure, recollect-card-number, recollect-expiry, \
            recollect-security-code, cancel, another-card, submit, quit. Where standard input is closed, the payment begins at \
            once. A command that is not followed is answered with an event 'refused' and its reason. Member 'n' of each event is its number.

            INT, TERM, HUP and quit end the call in good order: what the caller had keyed is gone, and where the gateway is being \
            asked its answer is waited for, 15 seconds at most (60 without a ledger), which is said at once. A second INT or TERM \
            ends the process; the attempt then stays open in the ledger, and the next start settles it. A reader of the events that \
            goes away or stands still does not end the call: a payment under way is called off, and nothing is heard until it is over.

            Devices are ALSA names (tonewall devices lists them). One that goes away is tried again; until it is back the agent \
            hears nothing of the caller. Payment and gateway options are those of tonewall pay.

            EXAMPLES
              tonewall live --caller-in hw:1 --agent-out hw:2 --agent-in hw:2 --caller-out hw:1 --record call.wav
              tonewall live --caller-in line --agent-out headset --record-dir calls \
                --pay 42.00 --currency GBP --gateway mock

            Exit status: 0 done, and approved where there was a payment; 1 not paid; 69 the gateway's answer is unknown; 70 memory \
            for a card cannot be locked (RLIMIT_MEMLOCK below 40 KB); 74 the recording or standard output failed.
            """)

    @OptionGroup(title: "Devices") var devices: LiveDeviceOptions
    @OptionGroup(title: "Recording") var recording: RecordingOptions
    @OptionGroup(title: "Payment") var payment: PaymentOptions
    @OptionGroup(title: "Gateway") var place: GatewayOptions
    @OptionGroup(title: "Suppression") var suppression: SuppressionOptions
    @Option(help: "How events are told (default: text on a terminal, else ndjson).") var format: OutputFormat?
    @Option(
        help: ArgumentHelp("End the call after so many seconds, 24 hours at most.", valueName: "s"),
        transform: NumberOption.within(0.001...86_400, "a call lasts from a thousandth of a second to a day"))
    var duration: Double?

    func run() async throws {
        CallMemory.protect()
        let port = devices.port
        let devices = devices.choice
        let media = try devices.media(try suppression.configuration(), from: port)
        let isText = (format ?? (isatty(STDOUT_FILENO) != 0 ? .text : .ndjson)) == .text
        OutputQueue.start()
        _ = Interruption.descriptor
        // What is wrong on the command line is said before anything is opened.
        let setup = payment.setup(place)
        // An agent at a terminal says when; a program that wants to has the commands for it.
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
        // Why it ended so was said when it happened.
        if let status = end.status { throw ExitCode(status.rawValue) }
        _ = OutputQueue.output.flush(within: .seconds(1))
        if OutputQueue.output.fault != nil { throw OutputQueue.output.failure("the call is over") }
    }
}
