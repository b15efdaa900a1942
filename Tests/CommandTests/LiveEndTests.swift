import Foundation
import Support
import Testing

/// How a live call with a payment ends, whatever the gateway, its readers and its signals do.
@Suite(.ownThread) struct LiveEndTests {
    let folder = TemporaryFolder()

    private func call(at gateway: String, _ arguments: [String] = []) throws -> Command {
        try LiveCall.start(at: gateway, in: folder, ["--ledger", folder("live.db")] + arguments)
    }

    private func call(at gateway: String, outputTo output: Any, _ caller: PacedCaller) throws -> Command {
        try LiveCall.start(
            at: gateway, in: folder, ["--ledger", folder("live.db")], caller: caller.path, outputTo: output)
    }

    private func states() throws -> String { try Command.run(["ledger", "list", folder("live.db")]).text }

    @Test func `the answer to a void is processed during the call`() throws {
        let gateway = try GatewayProcess(faults: "slow=1*1")
        let command = try call(at: gateway.url)
        #expect(command.hasTold("submitted"))
        command.write(Array("cancel\n".utf8))
        #expect(command.hasTold("ended"))
        command.write(Array("secure\nquit\n".utf8))
        let result = command.finish()
        #expect(result.status == 1)
        #expect(result.text.contains("\"outcome\":\"voided\""))
        #expect(result.text.contains("\"command\":\"secure\",\"reason\":\"ended\""), "\(result.text)")
        #expect(try states().contains("refunded"))
    }

    @Test func `every event has its call, and from the first attempt on its key`() throws {
        let command = try call(at: "mock", ["--call-id", "call-of-a-test"])
        #expect(command.hasTold("ended"))
        command.write(Array("quit\n".utf8))
        let result = command.finish()
        #expect(result.status == 0, "\(result.errors)")
        var isSubmitted = false
        for line in result.text.split(separator: "\n") {
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(event["call"] as? String == "call-of-a-test" && event["session"] is String, "\(line)")
            #expect((event["time"] as? String)?.hasSuffix("Z") == true && event["at"] is Double, "\(line)")
            isSubmitted = isSubmitted || event["event"] as? String == "submitted"
            #expect(!isSubmitted || event["idempotency_key"] is String, "\(line)")
        }
        #expect(isSubmitted)
    }

    @Test func `a detector profile hears keys that the default does not`() throws {
        let profile = ["--no-ledger", "--detector-profile", "sensitive"]
        let command = try LiveCall.start(at: "mock", in: folder, profile, level: -50)
        #expect(command.hasPrinted("\"outcome\":"))
        command.write(Array("quit\n".utf8))
        let result = command.finish()
        #expect(result.status == 0 && result.text.contains("\"outcome\":\"approved\""), "\(result.errors)")
    }

    @Test func `a refusal has the word that was typed`() throws {
        let gateway = try ScriptedServer { _, _ in [.hold] }
        let command = try call(at: gateway.url)
        #expect(command.hasTold("secured"))
        command.write(Array("secure\n".utf8))
        #expect(command.hasTold("refused"))
        command.send(SIGKILL)
        let refused = command.finish().text.split(separator: "\n").first { $0.contains("\"refused\"") }
        #expect(
            refused?.contains("\"command\":\"secure\",\"reason\":\"session-in-progress\"") == true, "\(refused ?? "")")
    }

    @Test func `a full disk cancels the payment, and ends a call without one with 74`() throws {
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let caller = try LiveCall.caller(in: folder)
        let command = try call(at: "mock", outputTo: full, caller)
        try waitUntil("cancelled", command)
        command.write(Array("quit\n".utf8))
        let result = command.finish()
        #expect(result.status == 1)
        #expect(result.errors.contains("tonewall: standard output: writing failed: No space left on device ("))
        let idle = try Command(LiveCommandTests.null, outputTo: full)
        idle.write(Array("quit\n".utf8))
        #expect(idle.finish().status == 74)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a second signal leaves the attempt open in the ledger and reports it`(signal: Int32) throws {
        let gateway = try ScriptedServer { _, _ in [.hold] }
        let command = try call(at: gateway.url)
        #expect(command.hasTold("submitted"))
        // A closing terminal hangs up more than once.
        command.send(SIGHUP)
        command.send(SIGHUP)
        #expect(command.hasTold("waiting"))
        command.send(signal)
        let result = command.finish()
        #expect(result.status == 128 + signal)
        #expect(result.errors.contains("may have been taken and is open in \(folder("live.db"))"), "\(result.errors)")
        #expect(try states().contains("open"))
    }

    @Test func `HUP ends a call in an orderly way`() throws {
        let command = try Command(LiveCommandTests.null + ["--record", folder("call.wav")])
        #expect(command.hasTold("started"))
        // The call is said to have started before its first sample.
        while command.process.isRunning, folder.bytes("call.wav").count <= 44 { usleep(2_000) }
        command.send(SIGHUP)
        let result = command.finish()
        #expect(result.text.contains("\"event\":\"finished\""))
        #expect(folder.bytes("call.wav").count > 44)
    }

    @Test func `a reader that goes away does not end the call, and the payment is in the ledger`() throws {
        let gateway = try GatewayProcess(faults: "slow=1*1")
        let pipe = Pipe()
        let caller = try LiveCall.caller(in: folder)
        let command = try call(at: gateway.url, outputTo: pipe, caller)
        try pipe.fileHandleForWriting.close()
        var text = ""
        while !text.contains("submitted"), case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
            if text.contains("secured") {
                caller.speak()
                caller.goOn()
            }
        }
        try pipe.fileHandleForReading.close()
        try waitUntil("refunded", command)
        #expect(command.process.isRunning)
        command.send(SIGTERM)
        #expect(command.finish().status == 1)
        #expect(try states().contains("refunded"))
    }

    /// Waits for a session of this state in the ledger, as long as the command lives.
    private func waitUntil(_ state: String, _ command: Command) throws {
        while try !states().contains(state) && command.process.isRunning { usleep(50_000) }
    }

    @Test(arguments: ["quit", "INT"]) func `a reader that stops does not stop the detection of keys`(order: String)
        throws
    {
        let pipe = Pipe()
        let end = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(end, F_SETFL, O_NONBLOCK) == 0)
        let block = [UInt8](repeating: 0x20, count: 4096)
        while unsafe write(end, block, block.count) > 0 {}
        #expect(fcntl(end, F_SETFL, 0) == 0)
        let command = try Command(LiveCommandTests.null, outputTo: pipe)
        command.process.waitUntilItTakes(SIGINT)
        if order == "quit" { command.write(Array("quit\n".utf8)) } else { command.send(SIGINT) }
        #expect(command.finish().status == 0)
    }

    @Test func `a recording is a new file, for its owner only`() throws {
        let path = folder("call.wav")
        let first = try Command(LiveCommandTests.null + ["--record", path])
        #expect(first.hasTold("started"))
        let second = try Command.run(LiveCommandTests.null + ["--record", path], input: Array("quit\n".utf8))
        #expect(second.status == 73 && second.errors.contains("is there already"), "\(second.errors)")
        first.write(Array("quit\n".utf8))
        _ = first.finish()
        #expect(try Command.run(LiveCommandTests.null + ["--record", path], input: Array("quit\n".utf8)).status == 73)
        var status = stat()
        #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func `each call gets its own name in a folder of recordings`() throws {
        let options = ["--record-dir", folder("calls"), "--record-name", "the-call.wav"]
        for _ in 0..<2 { _ = try Command.run(LiveCommandTests.null + options, input: Array("quit\n".utf8)) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder("calls")).sorted()
        #expect(names == ["the-call-2.wav", "the-call.wav"])
        for name in ["../x.wav", "{nothing}.wav", ""] {
            let result = try Command.run(
                LiveCommandTests.null + ["--record-dir", folder("calls"), "--record-name", name])
            #expect(result.status == 64, "\(name)")
        }
    }
}
