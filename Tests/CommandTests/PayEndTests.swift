import Foundation
import Support
import Testing

/// How `pay` ends, whatever the gateway, its reader and its signals do.
@Suite(.ownThread) struct PayEndTests {
    let folder = TemporaryFolder()
    private let environment = ["TONEWALL_GATEWAY_KEY": "sk_test_end"]
    private var ledger: String { folder("pay.db") }

    private func payment(at gateway: String, _ more: [String] = [], outcome: String = "approved") throws -> [String] {
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == outcome })
        return ["pay", call.path, "--gateway", gateway, "--format", "ndjson", "--ledger", ledger] + more
            + call.arguments
    }

    private func start(at gateway: String, outputTo: Any? = nil) throws -> Command {
        try Command(try payment(at: gateway), outputTo: outputTo, environment: environment)
    }

    private func states() throws -> String { try Command.run(["ledger", "list", ledger]).text }

    @Test(arguments: [SIGINT, SIGTERM])
    func `the first signal reports the wait, and the second leaves the attempt open`(signal: Int32) throws {
        let gateway = try ScriptedServer { _, _ in [.hold] }
        let command = try start(at: gateway.url)
        #expect(command.hasTold("submitted"))
        // A closing terminal hangs up more than once.
        command.send(SIGHUP)
        #expect(command.hasSaid("tonewall: waiting for the gateway's answer, 15 s at most"))
        command.send(SIGHUP)
        command.send(signal)
        let result = command.finish()
        #expect(result.status == 128 + signal)
        #expect(result.errors.contains("may have been taken and is open in \(ledger)"), "\(result.errors)")
        #expect(try states().contains("open"))
    }

    @Test func `a silent gateway is awaited for the limit and no longer`() throws {
        let gateway = try ScriptedServer { _, _ in [.hold] }
        let command = try start(at: gateway.url)
        #expect(command.hasTold("submitted"))
        command.send(SIGTERM)
        let result = command.finish()
        #expect(result.status == 69)
        #expect(result.errors.contains("waiting for the gateway's answer"), "\(result.errors)")
        #expect(result.errors.contains("may have been taken and is open in \(ledger)"), "\(result.errors)")
        #expect(try states().contains("open"))
    }

    @Test func `an answer that comes after a signal counts`() throws {
        let gateway = try GatewayProcess(faults: "late-reply=3*1")
        let command = try start(at: gateway.url)
        #expect(command.hasTold("submitted"))
        command.send(SIGINT)
        let result = command.finish()
        #expect(result.status == 0, "\(result.errors)")
        #expect(try states().contains("approved"))
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal during an entry ends the call like a hang-up`(signal: Int32) throws {
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == "approved" })
        let command = try Command(
            ["pay", "-", "--gateway", "mock", "--format", "ndjson", "--ledger", ledger] + call.arguments)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: call.path)))
        command.write(Array(bytes.prefix(bytes.count / 2)))
        #expect(command.hasTold("digit"))
        command.send(signal)
        let result = command.finish()
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.text.contains("\"outcome\":\"hung-up\""))
        #expect(try states().contains("hung-up"))
    }

    @Test func `a reader that goes away does not cancel the payment, which is in the ledger`() throws {
        let gateway = try GatewayProcess(faults: "slow=1*1")
        let pipe = Pipe()
        let command = try start(at: gateway.url, outputTo: pipe)
        try pipe.fileHandleForWriting.close()
        var text = ""
        while !text.contains("submitted"), case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
        }
        try pipe.fileHandleForReading.close()
        let result = command.finish()
        #expect(result.status == 74)
        #expect(
            result.errors == "tonewall: standard output: nobody reads it any more (the payment is approved: "
                + "tonewall ledger list \(ledger))\n")
        #expect(try states().contains("approved"))
    }

    @Test(arguments: ["text", "ndjson"]) func `head takes its lines and the payment is taken`(format: String) throws {
        let arguments = try payment(at: "mock", ["--format", format]).map { "'\($0)'" }.joined(separator: " ")
        let result = try Command.shell("\(Command.path) \(arguments) 2>/dev/null | head -1; echo ${PIPESTATUS[0]}")
        let lines = result.text.split(separator: "\n")
        // All of it may have fitted into the pipe before its reader left.
        #expect(lines.count == 2 && (lines.last == "74" || lines.last == "0"), "\(result.text)")
        #expect(try states().contains("approved"))
    }

    @Test(arguments: [("approved", 74), ("declined", 1)] as [(String, Int32)])
    func `a full disk under standard output is reported beside the payment's outcome`(outcome: String, status: Int32)
        throws
    {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        for format in ["text", "ndjson"] {
            let arguments = try payment(at: "mock", ["--format", format], outcome: outcome)
            let result = try Command(arguments, outputTo: full).finish()
            #expect(result.status == status)
            #expect(
                result.errors.contains(
                    "tonewall: standard output: writing failed: No space left on device (the payment is \(outcome): "),
                "\(result.errors)")
        }
        #expect(try states().split(separator: "\n").filter { $0.contains(outcome) }.count == 2)
    }
}
