public import Foundation
internal import Glibc

/// The programs that tests run: the package's own, and Python with the judges' packages.
public enum BuiltCommand {
    /// The `tonewall` that was built beside the tests.
    public static let tonewall = built("tonewall")

    /// An executable of the package that was built beside the tests.
    public static func built(_ name: String) -> URL {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent(name)
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return packageFolder.appendingPathComponent(".build/debug").appendingPathComponent(name)
    }

    /// The package's folder.
    public static let packageFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The Python interpreter of the judges, or that of the system, that can import `modules`; or `nil`.
    public static func python(importing modules: String) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let pythons =
            [packageFolder.appendingPathComponent(".build/judges/bin/python")]
            + folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent("python3") }
        return pythons.first { python in
            guard FileManager.default.isExecutableFile(atPath: python.path) else { return false }
            let process = Process()
            process.executableURL = python
            process.arguments = ["-c", "import \(modules)"]
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }
}

/// A mock gateway in a process of its own, as `tonewall gateway` starts it.
public final class GatewayProcess {
    /// Its address.
    public let url: String
    private let process = Process()

    /// - Parameter faults: As `tonewall gateway --faults` takes them.
    public init(faults: String = "", arguments: [String] = []) throws {
        process.executableURL = BuiltCommand.tonewall
        process.arguments = ["gateway"] + (faults.isEmpty ? [] : ["--faults", faults]) + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        url = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Ends it as `kill -9` does, and waits until it is gone.
    public func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { Glibc.kill(process.processIdentifier, SIGKILL) }
}
