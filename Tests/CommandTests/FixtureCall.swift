import Foundation
import Testing

/// A call of `Fixtures/calls`: the recording, its payment options, the keyed digits and the expected result.
struct FixtureCall: Decodable, CustomTestStringConvertible, Sendable {
    struct Expectation: Decodable, Sendable {
        var exit: Int32
        var outcome: String
        var brand: String?
        var lastFour: String?
        var expiry: String?
        var attempt: Int?
        var declineCode: String?

        private enum CodingKeys: String, CodingKey {
            case exit, outcome, brand, expiry, attempt
            case lastFour = "last_four"
            case declineCode = "decline_code"
        }
    }

    var call: String
    var arguments: [String]
    var keyed: [String]
    var expect: Expectation

    var testDescription: String { call }
    var path: String { Self.folder.appendingPathComponent(call).path }

    /// Sequences of digits that no one may read: the card numbers and security codes, right or wrong.
    var secrets: [String] {
        let entries = keyed.map { $0.filter(\.isNumber) }
        // Four digits are an expiry, which the agent may see, or the security code, which is keyed last.
        let fourDigitCode = keyed.count >= 3 ? entries.last.flatMap { $0.count == 4 ? $0 : nil } : nil
        return entries.filter { $0.count >= 12 || $0.count == 3 } + [fourDigitCode].compactMap(\.self)
    }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/calls")

    static let all: [FixtureCall] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)) else { return nil }
            return try? JSONDecoder().decode(FixtureCall.self, from: data)
        }
    }()
}
