import ArgumentParser
import AudioIO
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

    @Option(
        help: ArgumentHelp("Record the call in this WAVE file, tones gone.", valueName: "file"), completion: .file())
    var record: String?

    @OptionGroup(title: "Payment")
    var payment: PaymentOptions

    @OptionGroup(title: "Gateway")
    var place: GatewayOptions

    @OptionGroup(title: "Suppression")
    var suppression: SuppressionOptions

    @Option(help: "'text' or 'ndjson' (default: text on a terminal).")
    var format: OutputFormat?

    @Option(help: ArgumentHelp("End the call after so many seconds.", valueName: "s"))
    var duration: Double?

    func run() async throws {
        CoreDumps.forbid()
        let sound = try devices.sound()
        try checkRecording()
        let suppression = try suppression.configuration()
        let isText = (format ?? (isatty(STDOUT_FILENO) != 0 ? .text : .ndjson)) == .text
        // An agent at a terminal says when; a program that wants to has the commands for it.
        let submission: SessionSettings.Submission = isText && isatty(STDIN_FILENO) != 0 ? .byAgent : .automatic
        _ = Interruption.descriptor
        let open = payment.amount == nil ? nil : try await OpenPayment(payment, at: place, submission)
        if isText, let open { open.noteKind(withLedger: !payment.noLedger) }
        let (end, hasFailed): (SessionEnd?, Bool)
        do {
            (end, hasFailed) = try await runCall(sound, suppression, open, isText)
        } catch {
            await open?.abandon()
            throw error
        }
        try await open?.close()
        // Why was said when it happened.
        if hasFailed { throw ExitCode(Failure.Status.inputOutput.rawValue) }
        if let end, case .approved = end { return }
        if open != nil { throw ExitCode(Failure.Status.finding.rawValue) }
    }

    /// Runs the call to its end; how its payment ended, and whether the recording failed.
    private func runCall(
        _ sound: SoundSettings, _ suppression: Suppressor.Configuration, _ open: OpenPayment?, _ isText: Bool
    ) async throws -> (SessionEnd?, Bool) {
        let call = try LiveCall(
            LiveSettings(
                callerIn: devices.callerIn, agentOut: devices.agentOut, agentIn: devices.agentIn,
                callerOut: devices.callerOut, sound: sound, suppression: suppression,
                profile: open?.settings.profile ?? .keyivr, isRecorded: record != nil))
        for name in call.converted {
            Report.note(
                "tonewall: \(name): does not run at \(sound.sampleRate) Hz in these samples itself (ALSA converts)")
        }
        let recorder = try await startRecorder(of: call)
        var driver = LiveDriver(
            call: call, recorder: recorder, session: open?.session, prompts: payment.prompts, isText: isText,
            duration: duration.map { .seconds($0) })
        StandardOutput.write(isText ? "" : started(sound, suppression.lookAhead))
        return (try await driver.run(), driver.hasFailed)
    }

    /// Refuses a recording that cannot grow in its place, before any device is touched.
    private func checkRecording() throws {
        guard let record else { return }
        if record == "-" {
            throw Failure(.usage, "a live call is recorded in a file, not on standard output", advice: "name one")
        }
        switch AudioContainer(path: record) {
        case nil, .wav?: return
        default:
            throw AudioFileError.cannotHold(
                path: record, detail: "a live call is recorded as WAVE, which grows in its place")
        }
    }

    /// The recorder; where there can be none, nothing is heard any more either.
    private func startRecorder(of call: LiveCall) async throws -> LiveRecorder? {
        do {
            return try record.map { path throws(AudioFileError) in try LiveRecorder.start(path, of: call) }
        } catch {
            call.line = .muted
            call.stop()
            // A second is enough for its devices, unless one of them hangs.
            for _ in 0..<100 where !call.isOver { try? await Task.sleep(for: .milliseconds(10)) }
            throw error
        }
    }

    private func started(_ sound: SoundSettings, _ lookAhead: Double) -> String {
        let names: [(LiveLeg, String?)] = [
            (.callerIn, devices.callerIn), (.agentOut, devices.agentOut), (.agentIn, devices.agentIn),
            (.callerOut, devices.callerOut),
        ]
        return LiveLines(sampleRate: sound.sampleRate).started(
            names.compactMap { leg, name in name.map { (leg, $0) } }, look: lookAhead)
    }
}
