import Foundation
import Support

/// `tonewall ledger`, as a shell runs it.
struct LedgerShell: Sendable {
    let status: Int32
    let output: String
    let errors: String

    /// Waits on a thread of its own: those that tests share are needed by gateways that run beside.
    init(_ arguments: [String]) async throws {
        self = try await withCheckedThrowingContinuation { done in
            Thread.detachNewThread { done.resume(with: Result { try LedgerShell(waitingFor: arguments) }) }
        }
    }

    private init(waitingFor arguments: [String]) throws {
        let command = Process()
        command.executableURL = BuiltCommand.tonewall
        command.arguments = ["ledger"] + arguments
        command.environment = ["TONEWALL_GATEWAY_KEY": "sk_test_ledger"]
        let (output, errors) = (Pipe(), Pipe())
        command.standardOutput = output
        command.standardError = errors
        try command.run()
        // Less than a pipe holds.
        self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        self.errors = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        command.waitUntilExit()
        status = command.terminationStatus
    }
}
