import AudioIO
import Codecs
import DTMF
import Foundation
import Support
import Testing

/// The process of a scenario's payment, which can be held still.
final class PayingProcess {
    let command: Command
    private let scenario: PayingScenario
    private let folder: TemporaryFolder
    private let place: PlaceOfPayment
    private let ledger: String
    private var caller: PacedCaller?

    /// Starts it; its gateway has an attempt open where the end of the process would come too soon to be held.
    init(_ scenario: PayingScenario, in folder: TemporaryFolder) throws {
        self.scenario = scenario
        self.folder = folder
        ledger = folder("payments.db")
        place = try PlaceOfPayment(scenario.place, in: folder)
        if scenario.isHungUp { try place.leaveAttemptOpen(in: ledger) }
        let options = place.options + ["--ledger", ledger]
        switch scenario.taker {
        case .live(let isRecorded):
            let samples = Self.entry(scenario).map { Int16($0 * 0x1p15) }
            let caller = PacedCaller(samples, rate: scenario.rate, in: folder)
            self.caller = caller
            command = try LiveCall.start(
                at: place.url, in: folder,
                options + ["--rate", "\(scenario.rate)"] + (isRecorded ? ["--record", folder("call.wav")] : []),
                caller: caller.path, environment: PlaceOfPayment.environment)
            #expect(command.hasTold("secured"))
            caller.speak()
        case .file, .pipe:
            let (call, lastKey) = try Self.call(scenario, in: folder)
            let isFile = if case .file = scenario.taker { true } else { false }
            let cancel = scenario.isCancelled ? ["--at", "\(lastKey + 0.5):cancel"] : []
            command = try Command(
                ["pay", isFile ? call : "-", "--gateway", place.url, "--format", "ndjson", "--date", "2026-11-21"]
                    + options + cancel + (isFile ? ["--out", folder("out"), "--receipt", folder("receipt")] : []),
                environment: PlaceOfPayment.environment)
            if !isFile { command.write([UInt8](try Data(contentsOf: URL(fileURLWithPath: call)))) }
        }
    }

    deinit { caller?.goOn() }

    /// Waits until the caller has pressed the scenario's last key, if it is a digit of the security code.
    func waitForLastDigit() {
        let digits = scenario.code.count + 1 - scenario.missing
        #expect(command.hasPrinted("\"field\":\"security-code\",\"digits\":\(digits)"), "\(command.text)")
    }

    /// Waits until the scenario's end of the capture.
    func waitForEnd() {
        if let caller {
            if scenario.missing > 0 { waitForLastDigit() }
            if scenario.isCancelled && scenario.missing == 0 { #expect(command.hasTold("submitted")) }
            if scenario.isCancelled { command.write(Array("cancel\n".utf8)) }
            if scenario.isHungUp {
                caller.goOn()
                command.write(Array("quit\n".utf8))
            }
        } else if scenario.isHungUp {
            command.closeInput()
        }
        guard let outcome = scenario.outcome else {
            #expect(command.hasTold("submitted"))
            place.waitForRequest(of: command.process)
            // The thread that sent the request may still be at its copies.
            while command.process.isRunning, !command.process.sleeps {}
            return
        }
        // After a decline another card may come.
        if outcome == "declined" {
            #expect(command.hasTold(outcome))
            return
        }
        #expect(command.hasTold("ended"))
        #expect(command.text.contains("\"outcome\":\"\(outcome)\""), "\(command.text)")
    }

    /// Orders the end of a call whose gateway is silent, and waits until it is said that its answer is waited for.
    func orderEnd() {
        if let caller {
            caller.goOn()
            command.write(Array("quit\n".utf8))
        } else {
            command.send(SIGTERM)
        }
        #expect(command.hasSaid("waiting for the gateway's answer"))
    }

    /// Gives `body` the memory of the process, which is held still meanwhile.
    func hold<Result>(_ body: ([MemoryReader.Region]) -> Result) throws -> Result {
        command.send(SIGSTOP)
        defer { command.send(SIGCONT) }
        let regions = MemoryReader.regions(ofStopped: command.process.processIdentifier)
        return body(try #require(regions, "it ended: \(command.text)"))
    }

    /// A call whose caller keys the scenario's keys, with an echo on the agent's leg; where it lies, and when the last
    /// key ends.
    private static func call(
        _ scenario: PayingScenario, in folder: TemporaryFolder
    ) throws -> (path: String, lastKey: Double) {
        let entry = entry(scenario)
        let tail = (scenario.isHungUp ? 0.2 : scenario.tail) * Double(scenario.rate)
        let caller = entry + [Float](repeating: 0, count: Int(tail))
        let writer = try AudioWriter(
            folder("call.wav"), format: AudioFormat(sampleRate: scenario.rate, channels: 2, encoding: .signed16))
        let frames = caller.flatMap { [$0, $0 / 20] as [Float] }
        try writer.write(frames.span)
        try writer.finish()
        return (folder("call.wav"), Double(entry.count) / Double(scenario.rate))
    }
}

extension PayingProcess {
    /// A second of silence and the scenario's keys, up to the end of the pause after the last.
    private static func entry(_ scenario: PayingScenario) -> [Float] {
        var generator = ToneGenerator(sampleRate: Double(scenario.rate))
        let keys = scenario.keys.compactMap { Key($0) }
        return generator.silence(seconds: 1) + generator.sequence(keys, on: 0.08, off: 0.08)
    }
}

/// A gateway of a scenario.
private final class PlaceOfPayment {
    static let environment = ["TONEWALL_GATEWAY_KEY": "sk_test_live"]
    let url: String
    private(set) var options: [String] = []
    private var process: GatewayProcess?
    private var silent: ScriptedServer?
    private var encrypted: TLSServer?

    init(_ place: PayingScenario.Place, in folder: TemporaryFolder) throws {
        switch place {
        case .mock(let faults):
            let gateway = try GatewayProcess(faults: faults)
            (process, url) = (gateway, gateway.url)
        case .silent:
            let server = try ScriptedServer { _, _ in [.hold] }
            (silent, url) = (server, server.url)
        case .encrypted:
            let server = try TLSServer(provingName: "DNS:localhost", in: folder)
            (encrypted, url) = (server, "https://localhost:\(server.port)")
            options = ["--ca-file", server.certificate]
        }
    }

    /// Waits until the card has arrived, as long as its sender runs.
    func waitForRequest(of process: Process) {
        while let silent, silent.requests.isEmpty, process.isRunning { usleep(5_000) }
        encrypted?.waitFor("[cvc]=")
    }

    /// Leaves an attempt open in a ledger: the end of a payment through it waits ten seconds for what became of that.
    func leaveAttemptOpen(in ledger: String) throws {
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == "approved" })
        let command = try Command(
            ["pay", call.path, "--gateway", url, "--format", "ndjson", "--ledger", ledger] + call.arguments,
            environment: Self.environment)
        #expect(command.hasTold("submitted"))
        waitForRequest(of: command.process)
        command.send(SIGKILL)
        _ = command.finish()
    }
}
