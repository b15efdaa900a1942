import AudioIO
import Codecs
import DTMF
import Gateway
import Glibc
import Ledger
import MediaCore
import MediaSimulation
import PaymentSession
import Support
import Synchronization
import Testing

@testable import CallControl

/// A live call from its claimed names to its closed payment, over simulated ports and the audio's own thread.
@Suite(.timeLimit(.minutes(2))) struct LiveCallRunTests {
    private let time = SimulatedTime()
    private let registry = CallRegistry()
    private let notes = CallDriverTests.Notes()
    private let gatewayCloses = Count()

    private final class Count: Sendable {
        let value = Atomic<Int>(0)
    }

    /// A line that hears `level` in every frame.
    private func line(_ name: String, level: Float = 0) -> SimulatedLine {
        SimulatedLine(name, time) { _ in level }
    }

    /// The same in real time: the port asks for each frame twice. A simulated call runs ahead of its recorder, which
    /// holds 10 s.
    private func callerLine(level: Float) -> SimulatedLine {
        SimulatedLine("caller-in", time) { frame in
            if frame % 80 == 0 { usleep(5000) }
            return level
        }
    }

    private func payment() async throws -> OpenPayment {
        let settings = SessionSettings(
            sessionID: "S1", amount: 4200, currency: "GBP", month: CardExpiry(month: 11, year: 2026)!, callID: "C1",
            isTest: true)
        let account = GatewayAccount(DecliningGateway(), at: "https://pay.example", of: .test) { [gatewayCloses] in
            gatewayCloses.value.add(1, ordering: .relaxed)
        }
        return try await OpenPayment(
            settings, at: account, in: nil, merchant: Merchant("Example Ltd"), receipt: nil, host: CallHost { _ in })
    }

    private func run(
        _ callerIn: SimulatedLine, record: String? = nil, payment: OpenPayment? = nil
    ) async throws -> CallDriver<CallDriverTests.Attendant>.Ending {
        let media = LiveSettings(
            callerIn: callerIn, agentOut: line("agent-out"), agentIn: line("agent-in", level: 0.25),
            callerOut: line("caller-out"), format: PortFormat(sampleRate: 8000, periodFrames: 40, periods: 4))
        let place = RecordingPlace(file: record, folder: nil, name: RecordingName("{call}.wav"))
        return try await LiveCallRun(
            media, over: [(.callerIn, callerIn.name)], as: "C1", recording: place, encoding: .signed16,
            payment: payment, duration: .seconds(2)
        ).run(attendedBy: CallDriverTests.Attendant(notes, []), in: registry)
    }

    @Test func `a call is recorded to the end of its duration, and its names are free again`() async throws {
        let folder = TemporaryFolder()
        let ending = try await run(callerLine(level: 0.125), record: folder("call.wav"))
        #expect(!ending.hasFailed && !ending.hasPayment && ending.session == nil)
        #expect(registry.all.isEmpty)
        #expect(notes.names.first == "started" && notes.names.last == "finished", "\(notes.names)")
        let reader = try AudioReader(folder("call.wav"))
        #expect(reader.format.channels == 2 && reader.format.sampleRate == 8000)
        // The duration is that of the system's clock; how much simulated audio goes by in it depends on the machine.
        var samples: [Float] = []
        #expect(try reader.read(frames: 800, into: &samples) == 800)
        #expect(samples.contains { abs($0 - 0.125) < 0.001 }, "the caller is in the recording")
    }

    @Test func `a call whose port cannot be opened abandons its payment and frees its names`() async throws {
        let callerIn = line("caller-in")
        callerIn.isGone = true
        let payment = try await payment()
        await #expect(throws: SimulatedLine.Gone.self) { _ = try await run(callerIn, payment: payment) }
        #expect(registry.all.isEmpty && notes.names.isEmpty)
        #expect(gatewayCloses.value.load(ordering: .relaxed) == 1)
        #expect(await payment.session.directive.isOver)
    }

    @Test func `a call that cannot be recorded is ended`() async throws {
        let folder = TemporaryFolder()
        let payment = try await payment()
        await #expect(throws: AudioFileError.self) {
            _ = try await run(line("caller-in"), record: folder("missing/call.wav"), payment: payment)
        }
        #expect(registry.all.isEmpty && notes.names.isEmpty && folder.contents.isEmpty)
        #expect(gatewayCloses.value.load(ordering: .relaxed) == 1)
        #expect(await payment.session.directive.isOver)
    }

    @Test func `a call with the session of another call does not disturb that call`() async throws {
        let other = try registry.claim(call: "C0", session: "S1")
        let payment = try await payment()
        await #expect(throws: CallRegistry.NameTaken(kind: .session, name: "S1")) {
            _ = try await run(line("caller-in"), payment: payment)
        }
        #expect(registry.all.map(\.call) == ["C0"])
        registry.release(other)
    }
}
