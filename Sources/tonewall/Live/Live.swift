import ArgumentParser
import AudioIO
import CallControl
import Failures
import Glibc
import LineControl
import MediaCore
import PaymentSession
import ProcessIO
import Secrets
import Suppression

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

    @OptionGroup(title: "Devices")
    var devices: LiveDeviceOptions

    @OptionGroup(title: "Recording")
    var recording: RecordingOptions

    @OptionGroup(title: "Payment")
    var payment: PaymentOptions

    @OptionGroup(title: "Gateway")
    var place: GatewayOptions

    @OptionGroup(title: "Suppression")
    var suppression: SuppressionOptions

    @Option(help: "'text' or 'ndjson' (default: text on a terminal).")
    var format: OutputFormat?

    @Option(
        help: ArgumentHelp("End the call after so many seconds, 24 hours at most.", valueName: "s"),
        transform: NumberOption.within(0.001...86_400, "a call lasts from a thousandth of a second to a day"))
    var duration: Double?

    func run() async throws {
        CallMemory.protect()
        let ports = try devices.portFormat()
        let suppression = try suppression.configuration()
        let isText = (format ?? (isatty(STDOUT_FILENO) != 0 ? .text : .ndjson)) == .text
        OutputQueue.start()
        _ = Interruption.descriptor
        // An agent at a terminal says when; a program that wants to has the commands for it.
        let submission: SessionSettings.Submission = isText && isatty(STDIN_FILENO) != 0 ? .byAgent : .automatic
        // What is wrong on the command line is said before anything is opened.
        let settings = payment.amount == nil ? nil : try payment.settings(submission)
        let call = settings?.callID ?? payment.callID ?? PaymentOptions.newSession()
        _ = try recording.place(.init(call: call, session: settings?.sessionID, reference: settings?.reference))
        var open: OpenPayment?
        if let settings {
            open = try await OpenPayment(settings, payment, at: place, writing: [recording.record].compactMap(\.self))
        }
        if isText { open?.sayKind() }
        let end: CallDriver<LiveAttendant>.Ending
        do {
            end = try await run(ports, suppression, open, isText, as: open.map(CallNames.init) ?? CallNames(call: call))
        } catch {
            await open?.abandon()
            throw error
        }
        if end.isLeftOpen {
            await open?.leave()
            throw ExitCode(Failure.Status.unavailable.rawValue)
        }
        try await open?.close()
        // Why was said when it happened.
        if end.hasFailed { throw ExitCode(Failure.Status.inputOutput.rawValue) }
        if open != nil, end.session?.isApproval != true { throw ExitCode(Failure.Status.finding.rawValue) }
        if end.hasLostReader { throw ExitCode(Failure.Status.inputOutput.rawValue) }
        _ = OutputQueue.output.flush(within: .seconds(1))
        if OutputQueue.output.fault != nil { throw OutputQueue.output.failure("the call is over") }
    }

    private func run(
        _ ports: PortFormat, _ suppression: Suppressor.Configuration, _ open: OpenPayment?, _ isText: Bool,
        as names: CallNames
    ) async throws -> CallDriver<LiveAttendant>.Ending {
        let entry = try CallRegistry.shared.claim(call: names.call, session: names.session)
        defer { CallRegistry.shared.release(entry) }
        let place = try recording.place(
            .init(call: names.call, session: names.session, reference: open?.settings.reference))
        let call = try LiveCall(
            LiveSettings(
                callerIn: devices.source(devices.callerIn), agentOut: devices.source(devices.agentOut),
                agentIn: devices.agentIn.map(devices.source), callerOut: devices.callerOut.map(devices.source),
                format: ports, suppression: suppression,
                bounceGap: open?.settings.profile.bounceGap ?? .zero, isRecorded: place != nil))
        for name in call.converted {
            Report.note(
                "tonewall: \(name): does not run at \(ports.sampleRate) Hz in these samples itself (ALSA converts)")
        }
        let recorder = try await startRecorder(at: place, of: call)
        var driver = await CallDriver(
            .init(
                call: call, recording: recorder, payment: open.map { ($0.session, $0.terms) },
                prompts: payment.prompts, duration: duration.map { .seconds($0) },
                words: { ($0 as? any ReportableError)?.failure.what ?? "\($0)" }),
            attendedBy: LiveAttendant(isText: isText), as: names, log: entry.log)
        driver.begin(devices.names, lookAhead: suppression.lookAhead)
        return await driver.run()
    }

    /// The recorder; where there can be none, nothing is heard any more either.
    private func startRecorder(at place: String?, of call: LiveCall) async throws -> CallRecorder? {
        do {
            return try place.map { path throws(AudioFileError) in
                try CallRecorder.start(
                    path, of: call, encoding: devices.sampleEncoding, allowsSpecial: recording.recordSpecial)
            }
        } catch {
            call.line = .muted
            call.stop()
            // A second is enough for its devices, unless one of them hangs.
            for _ in 0..<100 where !call.isOver { try? await Task.sleep(for: .milliseconds(10)) }
            throw error
        }
    }
}

extension SessionEnd {
    fileprivate var isApproval: Bool { if case .approved = self { true } else { false } }
}

extension CallNames {
    fileprivate init(_ payment: OpenPayment) {
        self.init(
            call: payment.settings.callID, session: payment.settings.sessionID, isTest: payment.settings.isTest)
    }
}
