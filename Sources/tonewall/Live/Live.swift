import ArgumentParser
import AudioIO
import CWipingHeap
import CallControl
import Glibc
import PaymentSession
import Pipeline
import Suppression

struct Live: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "Stand between a caller and an agent on sound devices.",
        discussion: """
            What the caller says goes to the agent later by the look-ahead, with every key tone gone; what the agent says goes to \
            the caller as it is. --record keeps both, the caller without tones, in a WAVE file that is right up to the last second \
            whatever happens. --amount (or --pay) takes a payment with the caller's keys, written to a ledger as 'tonewall pay' does.

            On a terminal: levels, a light for each key, the payment's fields and where it stands, and keys for the agent: s secure \
            the line and begin, r ask for a field again, c cancel, a another card, p pay, q quit. Elsewhere: ndjson events on standard \
            output and commands on standard input, one a line: secure, recollect-card-number, recollect-expiry, \
            recollect-security-code, cancel, another-card, submit, quit. Where standard input is closed, the payment begins at \
            once. INT and TERM end the call in good order.

            Devices are ALSA names (tonewall devices lists them). One that goes away is tried again; until it is back the agent \
            hears nothing of the caller. The options of payment and gateway are those of tonewall pay.

            EXAMPLES
              tonewall live --caller-in hw:1 --agent-out hw:2 --agent-in hw:2 --caller-out hw:1 --record call.wav
              tonewall live --caller-in line --agent-out headset --record call.wav --pay 42.00 \
                --gateway mock
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
        CoreDumps.forbid()
        tonewall_wipe_freed_memory()
        let sound = try devices.sound()
        let suppression = try suppression.configuration()
        let isText = (format ?? (isatty(STDOUT_FILENO) != 0 ? .text : .ndjson)) == .text
        // An agent at a terminal says when; a program that wants to has the commands for it.
        let settings = try payment.amount.map { _ in
            try payment.settings(isText && isatty(STDIN_FILENO) != 0 ? .byAgent : .automatic)
        }
        let names = CallNames(
            call: settings?.callID ?? payment.callID ?? PaymentOptions.newSession(), session: settings?.sessionID)
        let place = try recording.place(
            .init(call: names.call, session: names.session, reference: settings?.reference))
        OutputQueue.start()
        _ = Interruption.descriptor
        var open: OpenPayment?
        if let settings { open = try await OpenPayment(settings, payment, at: self.place) }
        if isText { open?.sayKind() }
        let end: Ending
        do {
            end = try await run(sound, suppression, isText, recordedAt: place, open, names)
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
        if let end = end.session, case .approved = end { return }
        if open != nil { throw ExitCode(Failure.Status.finding.rawValue) }
    }

    /// How a call ended.
    private struct Ending {
        var session: SessionEnd?
        var isLeftOpen: Bool
        var hasFailed: Bool
    }

    private func run(
        _ sound: SoundSettings, _ suppression: Suppressor.Configuration, _ isText: Bool, recordedAt place: String?,
        _ open: OpenPayment?, _ names: CallNames
    ) async throws -> Ending {
        let call = try LiveCall(
            LiveSettings(
                callerIn: devices.callerIn, agentOut: devices.agentOut, agentIn: devices.agentIn,
                callerOut: devices.callerOut, sound: sound, suppression: suppression,
                profile: open?.settings.profile ?? .keyivr, isRecorded: place != nil))
        for name in call.converted {
            Report.note(
                "tonewall: \(name): does not run at \(sound.sampleRate) Hz in these samples itself (ALSA converts)")
        }
        let recorder = try await startRecorder(at: place, of: call)
        let lines = LiveLines(sampleRate: sound.sampleRate, names: names)
        var driver = await LiveDriver(
            .init(
                call: call, recorder: recorder, session: open?.session, prompts: payment.prompts, clock: CallClock(),
                lines: lines, isText: isText, duration: duration.map { .seconds($0) },
                openWords: open?.openWords ?? "", ledger: open?.ledgerPath))
        if !isText {
            StandardOutput.write(
                lines.started(devices.names, lookAhead: suppression.lookAhead, recording: recorder?.path))
        }
        let end = await driver.run()
        return Ending(session: end, isLeftOpen: driver.isLeftOpen, hasFailed: driver.hasFailed)
    }

    /// The recorder; where there can be none, nothing is heard any more either.
    private func startRecorder(at place: String?, of call: LiveCall) async throws -> LiveRecorder? {
        do {
            return try place.map { path throws(AudioFileError) in
                try LiveRecorder.start(path, of: call, allowsSpecial: recording.recordSpecial)
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
