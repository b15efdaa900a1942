internal import AudioIO
package import Codecs
internal import LineControl
package import MediaCore
internal import PaymentSession
internal import Suppression

/// Runs a live call from its first sample to its last: names, audio, recording, payment and agent.
package struct LiveCallRun {
    /// The call's media. The run itself sets the recording and the keys that are expected.
    package var media: LiveSettings
    /// The name of each leg's port, for the call's first event.
    package var ports: [(CallLeg, String)]
    /// The names of the call and of its payment.
    package var names: CallNames
    package var recording: RecordingPlace
    /// The sample encoding of the recording.
    package var encoding: SampleEncoding
    /// The call's payment; `nil` if it takes none.
    package var payment: OpenPayment?
    /// Who speaks the prompts to the caller; `nil` omits prompts.
    package var prompts: PromptStyle?
    /// Time after which the call ends by itself; `nil` if it does not.
    package var duration: Duration?

    package init(
        _ media: LiveSettings, over ports: [(CallLeg, String)], as call: String, recording: RecordingPlace,
        encoding: SampleEncoding, payment: OpenPayment?, prompts: PromptStyle? = nil,
        duration: Duration? = nil
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

    /// Runs the call to its end and closes its payment. A payment whose answer is still missing is left open.
    ///
    /// - Parameters:
    ///   - attendant: Gives the agent's commands and receives the notices.
    ///   - registry: Where the call's names are claimed while it lasts.
    ///   - host: The process that the call runs in.
    /// - Throws: ``CallRegistry/NameTaken``, or the error of a port or of the recording. The payment is abandoned then.
    ///   Also the error of closing the payment.
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

    /// Starts the recorder. If that fails, the call is muted and ended.
    private func startRecorder(at path: String?, of call: LiveCall) async throws -> CallRecorder? {
        do {
            return try path.map { path throws(AudioFileError) in
                try CallRecorder.start(path, of: call, encoding: encoding, allowsSpecial: recording.allowsSpecial)
            }
        } catch {
            call.line = .muted
            call.stop()
            // One second is enough for the ports to close, unless one of them hangs.
            for _ in 0..<100 where !call.isOver { try? await Task.sleep(for: .milliseconds(10)) }
            throw error
        }
    }
}
