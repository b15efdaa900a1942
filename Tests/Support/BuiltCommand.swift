public import Foundation
internal import Glibc

/// The programs that tests run: the package's own, and Python with the judges' packages.
public enum BuiltCommand {
    /// The `tonewall` that was built beside the tests.
    public static let tonewall: URL = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent("tonewall")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return packageFolder.appendingPathComponent(".build/debug/tonewall")
    }()

    /// The package's folder.
    public static let packageFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A Python that can import `module`; `nil` if there is none.
    public static func python(importing module: String) -> URL? {
        let python = packageFolder.appendingPathComponent(".build/judges/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else { return nil }
        let process = Process()
        process.executableURL = python
        process.arguments = ["-c", "import \(module)"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? python : nil
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
