import Foundation
import MockGateway
import Support
import Testing

/// A process that takes a payment holds neither card number nor security code once the payment is over.
///
/// A child process plays a call through the whole pipeline, over HTTP to a gateway outside it, and idles; its memory is then
/// read as a debugger would.
@Suite(.serialized, .ownThread, .enabled(if: geteuid() == 0, "reads another process's memory"))
struct `Memory of a paying process` {
    struct Scenario: CustomTestStringConvertible {
        var testDescription: String
        /// What the child says of itself as it idles.
        var state: String
        var number = "371449635398431"
        var code = "7391"
        /// How much of the code is keyed, its submit key included; the call ends there.
        var codeKeys = 5
        /// Seconds after the last key at which the agent cancels.
        var cancelAfter: Double?
        /// Seconds into the entry at which the child idles; 0 where it goes on to the end.
        var pauseAt = 0
    }

    static let scenarios = [
        Scenario(testDescription: "after approval", state: "ended 1"),
        Scenario(
            testDescription: "after decline", state: "ended 1", number: "4000000000009987", code: "739", codeKeys: 4),
        Scenario(testDescription: "after a cancel mid-entry", state: "ended 0", codeKeys: 3, cancelAfter: 0.5),
        Scenario(testDescription: "after a cancel during the gateway call", state: "ended 1", cancelAfter: 0.5),
        Scenario(testDescription: "after a hang-up mid-entry", state: "ended 0", codeKeys: 3),
        Scenario(testDescription: "mid-entry, the number in and part of the code", state: "entering", pauseAt: 7),
    ]

    @Test(arguments: scenarios)
    func `holds no card number and no security code`(scenario: Scenario) async throws {
        let gateway = try await MockGateway.start()
        var hits: [String] = []
        // Three or four digits occur in tens of megabytes by accident; a copy that is kept is there every time.
        for _ in 0..<3 {
            hits = try await leaks(of: scenario, gateway: gateway.url)
            if hits.isEmpty { break }
        }
        await gateway.stop()
        #expect(hits.isEmpty)
    }

    @Test func `the reader finds digits where there are some`() {
        let number = "371449635398431"
        for encoding in DigitEncoding.allCases {
            let bytes = [UInt8](repeating: 7, count: 100) + encoding.bytes(of: number) + [1, 2, 3]
            let region = MemoryReader.Region(name: "rw-p anonymous", bytes: bytes)
            #expect(region.count(of: encoding.bytes(of: number)) == 1)
        }
        let spread = DigitEncoding.ascii.bytes(of: number).flatMap { [$0, 9, 9] as [UInt8] }
        let region = MemoryReader.Region(name: "rw-p anonymous", bytes: spread)
        #expect(region.count(of: DigitEncoding.ascii.bytes(of: number), step: 3) == 1)
    }

    /// Where the child's memory holds digits of the scenario's card, and how.
    private func leaks(of scenario: Scenario, gateway: String) async throws -> [String] {
        var call = SyntheticCall()
        call.pause(1)
        call.press("\(scenario.number)*1230*" + "\(scenario.code)*".prefix(scenario.codeKeys))
        let lastKey = call.seconds
        call.pause(2)
        let file = try call.write()
        defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
        var arguments = [file.path, gateway, MockGateway.testKey, "\(scenario.pauseAt)"]
        if let cancel = scenario.cancelAfter { arguments.append("\(lastKey + cancel):cancel") }
        let child = try Child(arguments)
        defer { child.end() }
        let state = child.readLine()
        #expect(state == "idle \(scenario.state)")
        return MemoryReader.regions(of: child.id).flatMap { region in
            Self.occurrences(of: scenario, in: region).map { "\($0) in \(region.name)" }
        }
    }

    private static func occurrences(of scenario: Scenario, in region: MemoryReader.Region) -> [String] {
        var found: [String] = []
        let isWritable = region.name.hasPrefix("rw")
        for encoding in DigitEncoding.allCases {
            // Eight packed bytes, most of them zero, occur in the code of libraries.
            if !isWritable, encoding == .packed || encoding == .packedFromLowHalf { continue }
            let pattern = encoding.bytes(of: scenario.number)
            if region.count(of: pattern) > 0 { found.append("number as \(encoding)") }
        }
        // What follows is only held against memory that a payment can have written: not the pages of libraries.
        guard isWritable, !region.name.contains("/") else { return found }
        for encoding in [DigitEncoding.ascii, .values, .keys] {
            for step in [2, 3, 4, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128] {
                let pattern = encoding.bytes(of: scenario.number)
                if region.count(of: pattern, step: step) > 0 {
                    found.append("number as \(encoding), \(step) bytes apart")
                }
            }
        }
        for encoding in [DigitEncoding.ascii, .utf16, .values, .keys] {
            if region.count(of: encoding.bytes(of: scenario.code)) > 0 { found.append("code as \(encoding)") }
        }
        return found
    }
}

/// The process that pays.
private final class Child {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ arguments: [String]) throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = folder.appendingPathComponent("payment-child")
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    var id: Int32 { process.processIdentifier }

    /// The next line, without its end.
    func readLine() -> String {
        var line: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    func end() {
        process.terminate()
        process.waitUntilExit()
    }
}
