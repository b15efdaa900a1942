import Foundation
import Support
import Testing

/// What `tonewall live` says and refuses, on ALSA's null devices, which keep no time.
@Suite(.ownThread) struct LiveCommandTests {
    let folder = TemporaryFolder()
    static let null = ["live", "--caller-in", "null", "--agent-out", "null", "--format", "ndjson"]

    @Test func `the last command need not end its line`() throws {
        let result = try Command.run(LiveCommandTests.null, input: Array("quit".utf8))
        #expect(result.status == 0)
        #expect(result.text.contains("\"event\":\"finished\""))
    }

    @Test func `a call that no device paces leaves its core to others`() throws {
        let command = try Command(LiveCommandTests.null)
        let tasks = "/proc/\(command.process.processIdentifier)/task"
        // Fields of proc_pid_stat(5) after the name: 12 and 13 are the processor time in ticks, 39 is the policy.
        func threads() -> [(ticks: Int, policy: String)] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
            return names.compactMap { name in
                guard let text = try? String(contentsOfFile: "\(tasks)/\(name)/stat", encoding: .utf8),
                    let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 38,
                    let user = Int(fields[11]), let system = Int(fields[12])
                else { return nil }
                return (user + system, String(fields[38]))
            }
        }
        // Two seconds of processor time hold several windows of `BusyThreadWatch`.
        while command.process.isRunning, !threads().contains(where: { $0.ticks > 2 * sysconf(Int32(_SC_CLK_TCK)) }) {
            usleep(20_000)
        }
        #expect(!threads().isEmpty && threads().allSatisfy { $0.policy == "0" }, "\(threads())")
        command.write(Array("quit\n".utf8))
        #expect(command.finish().status == 0)
    }

    @Test func `a payment command without a payment is refused with an error`() throws {
        for command in ["secure", "recollect", "cancel"] {
            let result = try Command.run(LiveCommandTests.null, input: Array("\(command)\nquit\n".utf8))
            #expect(result.status == 0)
            #expect(result.errors == "tonewall: there is no payment in this call (begin it with --pay AMOUNT)\n")
        }
    }

    @Test func `an unknown command is reported without its text`() throws {
        let lines = "4242424242424242\n{\"command\":\"4242424242424242\"}\n{ \"command\" : \"quit\" }\n"
        let result = try Command.run(LiveCommandTests.null, input: Array(lines.utf8))
        #expect(result.status == 0)
        #expect(result.errors == String(repeating: "tonewall: no such command (see tonewall live --help)\n", count: 2))
        #expect(result.text.components(separatedBy: "\"reason\":\"unknown-command\"").count == 3)
        #expect(!result.text.contains("4242"))
    }

    @Test(arguments: [("-", 64), ("call.flac", 73), ("call.raw", 73), ("none/call.wav", 73)] as [(String, Int32)])
    func `a recording that cannot grow in place is refused and leaves no file`(name: String, status: Int32) throws {
        let path = name == "-" ? name : folder(name)
        let result = try Command.run(LiveCommandTests.null + ["--record", path])
        #expect(result.status == status)
        #expect(result.errors.hasPrefix("tonewall: ") && result.errors.hasSuffix(")\n"), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(result.output.isEmpty && folder.contents.isEmpty)
    }

    @Test func `a recording with gaps is reported once, with the missing time, and is a failure`() throws {
        // A pipe without a reader simulates a disk that blocks.
        let disk = folder("call.wav")
        #expect(unsafe mkfifo(disk, 0o600) == 0)
        let reader = unsafe open(disk, O_RDONLY | O_NONBLOCK)
        let command = try Command(LiveCommandTests.null + ["--record", disk, "--record-special"])
        let told = { String(decoding: command.output(atLeast: $0), as: UTF8.self) }
        var count = 1
        while !told(count).contains("\"event\":\"unrecorded\"") && command.process.isRunning {
            count = told(count).utf8.count + 1
        }
        #expect(fcntl(reader, F_SETFL, 0) == 0)
        Thread.detachNewThread {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            while unsafe read(reader, &bytes, bytes.count) > 0 {}
            close(reader)
        }
        command.write(Array("quit\n".utf8))
        let result = command.finish()
        #expect(result.status == 74)
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(result.errors.hasPrefix("tonewall: \(disk): the disk is too slow"), "\(result.errors)")
        #expect(result.text.components(separatedBy: "\"event\":\"unrecorded\"").count == 2)
        #expect(result.text.contains("\"missing_ms\":") && !result.text.contains("\"missing_ms\":0.0"))
    }

    @Test func `a wrong command line leads to the command's own help`() throws {
        #expect(try Command.run(["live"]).errors.hasSuffix("(see tonewall live --help)\n"))
    }
}
