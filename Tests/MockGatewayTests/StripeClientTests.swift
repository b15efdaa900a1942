import Foundation
import Support
import Testing

/// The mock judged by Stripe's own Python client: Tools/stripe-session, more than a hundred calls and their errors.
@Suite(
    .ownThread,
    .enabled(
        if: BuiltCommand.python(importing: "stripe") != nil,
        "Stripe's client is not installed (Tools/test installs it into .build/judges)"))
struct StripeClientTests {
    @Test func `Stripe's client finds what Stripe documents`() throws {
        let gateway = try GatewayProcess()
        let session = Process()
        session.executableURL = BuiltCommand.python(importing: "stripe")
        session.arguments = [
            BuiltCommand.packageFolder.appendingPathComponent("Tools/stripe-session").path, gateway.url,
        ]
        let report = Pipe()
        session.standardOutput = report
        session.standardError = report
        try session.run()
        let text = String(decoding: try report.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        session.waitUntilExit()
        withExtendedLifetime(gateway) {}
        let failures = text.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(session.terminationStatus == 0, "\(failures)")
    }
}
