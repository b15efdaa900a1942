import CallControl
import Support
import Testing

/// Commands out of the bytes of an input.
struct AgentInputTests {
    private static let text = "secure\r\n  cancel \n\n{\"command\":\"submit\"}\nrecollect\nquit"
    private static let commands: [LiveCommand] = [
        LiveCommand("secure"), LiveCommand("cancel"), LiveCommand("submit"), .recollectHere, .quit,
    ]

    @Test func `Commands do not depend on how the bytes are divided`() {
        let seed = SeededGenerator.seedOfRun()
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var (input, rest) = (AgentInput(isTerminal: false), Array(Self.text.utf8)[...])
            var commands: [LiveCommand] = []
            while !rest.isEmpty {
                let count = Int.random(in: 0...rest.count, using: &random)
                commands += input.take(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(commands == Array(Self.commands.dropLast()), "seed \(seed)")
            #expect(commands + input.finish() == Self.commands, "seed \(seed)")
            #expect(input.finish().isEmpty)
        }
    }

    @Test func `Other text is an unknown command, and the next command is read`() {
        for line in ["secured", "SECURE", "4242424242424242", "\u{0}", "{", String(repeating: "quit", count: 1000)] {
            var input = AgentInput(isTerminal: false)
            #expect(input.take(Array("\(line)\nquit\n".utf8)) == [.unknown, .quit], "\(line.prefix(20))")
        }
        var input = AgentInput(isTerminal: false)
        #expect(input.take([0xFF, 0xFE, 0x0A] + Array("quit\n".utf8)) == [.unknown, .quit])
    }

    @Test func `A command of the maximum length is accepted, and one byte more is not`() {
        for (count, isCommand) in [(196, true), (197, false)] {
            var input = AgentInput(isTerminal: false)
            let line = String(repeating: " ", count: count) + "quit\n"
            #expect(input.take(line.utf8) == [isCommand ? .quit : .unknown])
        }
    }

    @Test func `Each key of a terminal is a command or ignored, and the help lists all commands`() {
        var known = ""
        for byte in UInt8.min...UInt8.max {
            var input = AgentInput(isTerminal: true)
            let commands = input.take([byte])
            #expect(commands.count <= 1 && commands != [.unknown])
            if !commands.isEmpty { known.append(Character(UnicodeScalar(byte))) }
            #expect(input.finish().isEmpty)
        }
        #expect(Set(known) == Set("srcpaq?h\u{4}"))
        for key in "srcpaq?" { #expect(AgentInput.help.contains("\(key): ")) }
    }
}
