internal import AudioIO
package import Codecs
internal import LineControl
package import MediaCore
internal import PaymentSession
internal import Suppression

/// A live call from its first sample to its last: names claimed, audio, recording, payment and agent brought together.
package struct LiveCallRun {
    /// The call's media; whether it is recorded, and which keys it listens for, is set here.
    package var media: LiveSettings
    /// The ports' names by their places in the call, for its first event.
    package var ports: [(CallLeg, String)]
    /// The call's name and those of its payment.
    package var names: CallNames
    package var recording: RecordingPlace
    /// How the recording's samples are stored.
    package var encoding: SampleEncoding
    /// The call's payment; `nil` if it takes none.
    package var payment: OpenPayment?
    /// Who tells the caller what to do; `nil` leaves prompts out.
    package var prompts: PromptStyle?
    /// When the call ends by itself; `nil` if it does not.
    package var duration: Duration?

    package init(
        _ media: LiveSettings, over ports: [(CallLeg, String)], as call: String, recording: RecordingPlace,
        encoding: SampleEncoding, payment: OpenPayment?, prompts: PromptStyle? = nil, duration: Duration? = nil
    ) {
        self.media = media
        self.ports = ports
        self.recording = recording
        self.encoding = encoding
        self.payment = payment
        self.prompts = prompts
        self.duration = duration
        names = CallNames(
            call: call, session: payment?.settings.sessionID, isTest: payment?.settings.isTest ?? false)
    }

    /// Runs the call to its end, and closes its payment; one whose answer is still to come is left open.
    ///
    /// - Parameters:
    ///   - attendant: Gives the agent's commands and is told what happens.
    ///   - registry: Where the call's names are claimed as long as it lasts.
    ///   - host: The process that the call runs in.
    /// - Throws: ``CallRegistry/NameTaken``, or what keeps a port or the recording from being opened, with the payment
    ///   abandoned; what keeps the payment from being closed.
    package func run<Attendant: CallAttendant>(
        attendedBy attendant: Attendant, in registry: CallRegistry = .shared, host: CallHost = CallHost()
    ) async throws -> CallDriver<Attendant>.Ending {
        let ending: CallDriver<Attendant>.Ending
        do {
            ending = try await drive(attendant, registry, host)
        } catch {
            await payment?.abandon()
            throw error
        }
        if ending.isLeftOpen { payment?.leave() } else { try await payment?.close() }
        return ending
    }

    private func drive<Attendant: CallAttendant>(
        _ attendant: Attendant, _ registry: CallRegistry, _ host: CallHost
    ) async throws -> CallDriver<Attendant>.Ending {
        let entry = try registry.claim(call: names.call, session: names.session)
        defer { registry.release(entry) }
        let path = try recording.path(
            .init(call: names.call, session: names.session, reference: payment?.settings.reference))
        var media = media
        media.isRecorded = path != nil
        if let payment { media.bounceGap = payment.settings.profile.bounceGap }
        let call = try LiveCall(media)
        for name in call.converted {
            host.note(
                "tonewall: \(name): does not run at \(call.format.sampleRate) Hz in these samples itself "
                    + "(ALSA converts)")
        }
        let recorder = try await startRecorder(at: path, of: call)
        var driver = await CallDriver(
            .init(
                call: call, recording: recorder, payment: payment.map { ($0.session, $0.terms) }, prompts: prompts,
                duration: duration),
            attendedBy: attendant, as: names, log: entry.log)
        driver.begin(ports, lookAhead: media.suppression.lookAhead)
        return await driver.run()
    }

    /// Starts the recorder; if there can be none, the call is muted and ended.
    private func startRecorder(at path: String?, of call: LiveCall) async throws -> CallRecorder? {
        do {
            return try path.map { path throws(AudioFileError) in
                try CallRecorder.start(path, of: call, encoding: encoding, allowsSpecial: recording.allowsSpecial)
            }
        } catch {
            call.line = .muted
            call.stop()
            // A second is enough for its ports, unless one of them hangs.
            for _ in 0..<100 where !call.isOver { try? await Task.sleep(for: .milliseconds(10)) }
            throw error
        }
    }
}
