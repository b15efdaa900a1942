import Foundation
import Support
import Testing

/// Random and adversarial numbers for every option that every command has: it works, or is refused with a line; nothing
/// traps.
///
/// The options are read from the command itself, so that a new one is covered on its own. `TONEWALL_NUMBERS` says how
/// many each gets.
@Suite(.ownThread) struct NumberTests {
    private static let count =
        ProcessInfo.processInfo.environment["TONEWALL_NUMBERS"].flatMap { Int($0) } ?? 1

    private let place: NumberPlace

    init() throws { place = try NumberPlace() }

    @Test func `No number traps, in any option of any command`() throws {
        var random = try Self.generator()
        let options = try CommandOption.all()
        #expect(options.count > 100, "the commands' options could not be read")
        for option in options {
            let base = try #require(place.base(of: option.command), "\(option.command) has no line to try numbers in")
            for _ in 0..<Self.count {
                try place.check(base + option.written(HostileNumber.any(&random), &random))
            }
        }
    }

    @Test func `The refusal of a number shows the limit and does not repeat the number`() throws {
        let result = try Command.run(["verify", "-j", "4242424242", "nowhere"])
        #expect(result.status == 64)
        #expect(result.errors.contains("1 to 1024"), "\(result.errors)")
        #expect(!result.errors.contains("4242"), "\(result.errors)")
    }

    @Test func `No number in a keypad profile traps`() throws {
        var random = try Self.generator()
        let base = try #require(place.base(of: "pay"))
        let keys = [
            "timeouts.first-digit", "timeouts.inter-digit", "timeouts.field", "timeouts.field-limit",
            "timeouts.session",
            "attempts", "cards", "bounce-gap",
        ]
        for key in (0..<Self.count).flatMap({ _ in keys }) {
            let parts = key.split(separator: ".")
            let value = HostileNumber.any(&random)
            let isNested = parts.count > 1
            let yaml = (isNested ? "timeouts:\n  " : "") + "\(parts.last!): \(value)\n"
            try Data(yaml.utf8).write(to: URL(fileURLWithPath: place.folder("p.yaml")))
            try place.check(base + ["--keypad", "p.yaml"], of: yaml)
        }
    }

    private static func generator() throws -> SeededGenerator {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed): TONEWALL_SEED=\(seed) chooses the same numbers again")
        return SeededGenerator(seed: seed)
    }
}
