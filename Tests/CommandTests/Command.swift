import Foundation
import Support
import Synchronization

/// The built `tonewall`, run as a shell would run it.
final class Command {
    /// What a finished command leaves.
    struct Result {
        /// Exit status, or 128 plus the signal's number, as in a shell.
        var status: Int32
        var output: [UInt8]
        var errors: String

        var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// The binary that the package built, beside the tests' own.
    static let path: String = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent("tonewall").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        return ".build/debug/tonewall"
    }()

    let process = Process()
    /// Where it keeps its state, so that no test writes to the user's.
    private let state = TemporaryFolder()
    private let input = Pipe()
    private let output = Collector()
    private let errors = Collector()

    /// Starts `tonewall` with its standard input open.
    ///
    /// - Parameters:
    ///   - outputTo: Where standard output goes instead of being gathered.
    ///   - environment: Variables beside this process's own.
    ///   - folder: The working folder; this process's own by default.
    ///   - executable: What is run; `tonewall` by default.
    init(
        _ arguments: [String], outputTo: Any? = nil, environment: [String: String] = [:], in folder: String? = nil,
        of executable: String = Command.path
    ) throws {
        // A command that ends early must not end its tests.
        _ = signal(SIGPIPE, SIG_IGN)
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.environment = ProcessInfo.processInfo.environment.merging(["XDG_STATE_HOME": state.path]) { $1 }
            .merging(environment) { $1 }
        process.standardInput = input
        if let outputTo {
            process.standardOutput = outputTo
            output.finish()
        } else {
            process.standardOutput = output.pipe
            output.start()
        }
        process.standardError = errors.pipe
        errors.start()
        try process.run()
    }

    /// A test that fails leaves none behind.
    deinit { if process.isRunning { send(SIGKILL) } }

    /// Runs `tonewall` to its end.
    static func run(
        _ arguments: [String], input bytes: [UInt8] = [], environment: [String: String] = [:], in folder: String? = nil
    ) throws -> Result {
        let command = try Command(arguments, environment: environment, in: folder)
        command.write(bytes)
        return command.finish()
    }

    /// Runs a line of shell to its end.
    static func shell(_ line: String) throws -> (text: String, status: Int32) {
        let state = TemporaryFolder()
        let process = Process()
        process.environment = ProcessInfo.processInfo.environment.merging(["XDG_STATE_HOME": state.path]) { $1 }
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", line]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        withExtendedLifetime(state) { process.waitUntilExit() }
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }

    /// Gives bytes to standard input; a command that no longer reads is not an error.
    func write(_ bytes: [UInt8]) {
        try? input.fileHandleForWriting.write(contentsOf: Data(bytes))
    }

    func closeInput() { try? input.fileHandleForWriting.close() }

    /// Closes standard input, waits, and returns the remaining output.
    func finish() -> Result {
        closeInput()
        process.waitUntilExit()
        let status = process.terminationStatus
        return Result(
            status: process.terminationReason == .uncaughtSignal ? 128 + status : status, output: output.wait(),
            errors: String(decoding: errors.wait(), as: UTF8.self))
    }

    /// What standard output holds so far.
    var text: String { String(decoding: output.wait(for: 0), as: UTF8.self) }

    /// What standard output holds once it holds `count` bytes or is closed.
    func output(atLeast count: Int) -> [UInt8] { output.wait(for: count) }

    /// Waits for the event `event` (NDJSON). Returns whether it came.
    func hasTold(_ event: String) -> Bool { output.holds("\"event\":\"\(event)\"") }

    /// Waits until standard output holds `text`; whether it does.
    func hasPrinted(_ text: String) -> Bool { output.holds(text) }

    /// Waits until standard error holds `text`; whether it does.
    func hasSaid(_ text: String) -> Bool { errors.holds(text) }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }
}

/// A pipe that is read as it fills.
private final class Collector: Sendable {
    let pipe = Pipe()
    private let state = Mutex((bytes: [UInt8](), isClosed: false))

    func start() {
        let reader = pipe.fileHandleForReading
        Thread.detachNewThread { [self] in
            while true {
                let data = reader.availableData
                state.withLock { state in
                    state.bytes += data
                    if data.isEmpty { state.isClosed = true }
                }
                if data.isEmpty { return }
            }
        }
    }

    func finish() { state.withLock { $0.isClosed = true } }

    /// Waits until the bytes hold `text`; `false` if no more can come.
    func holds(_ text: String) -> Bool {
        var count = 1
        while true {
            let bytes = wait(for: count)
            if String(decoding: bytes, as: UTF8.self).contains(text) { return true }
            if bytes.count < count { return false }
            count = bytes.count + 1
        }
    }

    /// The bytes so far, once there are `count` or no more can come.
    func wait(for count: Int = .max) -> [UInt8] {
        while true {
            let (bytes, isClosed) = state.withLock { $0 }
            if bytes.count >= count || isClosed { return bytes }
            usleep(500)
        }
    }
}
