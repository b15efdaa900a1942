import Foundation
import Support
import Testing

/// `suppress --events`: events beside the audio, which do not affect it.
@Suite(.ownThread) struct SuppressEventsTests {
    let folder = TemporaryFolder()

    struct Line: Decodable {
        var event: String
        var channel: Int
        var start: Double
        var startSample: Int
        var endSample: Int?
        var digit: String?
    }

    func lines(_ path: String) throws -> [Line] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try decoder.decode(Line.self, from: Data($0.utf8))
        }
    }

    func call() throws -> String {
        let path = folder("call.wav")
        #expect(try Command.run(["synth", "--noise", "-55", "159", path]).status == 0)
        return path
    }

    @Test(arguments: [false, true])
    func `keys and removed spans are reported, digits only on request`(reveals: Bool) throws {
        let (call, events) = (try call(), folder("events.ndjson"))
        let options = ["--events", events] + (reveals ? ["--reveal"] : [])
        #expect(try Command.run(["suppress"] + options + [call, folder("told.wav")]).status == 0)
        #expect(try Command.run(["suppress", call, folder("untold.wav")]).status == 0)
        #expect(
            try Data(contentsOf: URL(filePath: folder("told.wav")))
                == Data(contentsOf: URL(filePath: folder("untold.wav"))))
        let lines = try lines(events)
        #expect(lines.count { $0.event == "key-down" } == 3 && lines.count { $0.event == "press" } == 3)
        let ups = lines.filter { $0.event == "key-up" }
        #expect(ups.count == 3 && ups.compactMap(\.digit) == (reveals ? ["1", "5", "9"] : []))
        #expect(lines.allSatisfy { $0.channel == 0 && abs($0.start * 8000 - Double($0.startSample)) < 1 })
        for (down, up) in zip(lines.filter { $0.event == "key-down" }, ups) {
            #expect(down.startSample == up.startSample && up.endSample! > up.startSample && down.endSample == nil)
        }
    }

    @Test func `a hyphen is standard output, unless the audio goes there`() throws {
        let call = try call()
        let told = try Command.shell(
            "cd '\(folder.path)'; '\(Command.path)' suppress --events - call.wav out.wav; echo $?; ls")
        #expect(told.text.contains("\"event\":\"key-down\"") || told.text.contains("key-down"))
        #expect(told.text.hasSuffix("0\ncall.wav\nout.wav\n"), "\(told.text)")
        let refused = try Command.run(["suppress", "--events", "-", call, "-"])
        #expect(refused.status == 64 && refused.errors.contains("the audio goes to standard output"))
    }

    @Test func `a link is reported as the reason why nothing is written`() throws {
        let call = try call()
        #expect(unsafe symlink("elsewhere", folder("link")) == 0)
        let result = try Command.run(["suppress", "--events", folder("link"), call, folder("o.wav")])
        #expect(result.status == 73 && result.errors.contains("is a symbolic link"), "\(result.errors)")
        #expect(!folder.contents.contains("elsewhere"))
    }

    @Test func `a piece of a key is reported as a fragment`() throws {
        let events = folder("events.ndjson")
        #expect(try Command.run(["synth", "--on", "12", "5", folder("piece.wav")]).status == 0)
        #expect(try Command.run(["suppress", "--events", events, folder("piece.wav"), folder("o.wav")]).status == 0)
        #expect(try lines(events).map(\.event) == ["fragment"])
    }

    @Test func `a key is reported on a descriptor while it is pressed`() throws {
        let samples = try Command.run(["synth", "--on", "2000", "-t", "raw", "5", "-"]).output
        let half = folder("half.raw")
        try Data(samples.prefix(samples.count / 2)).write(to: URL(filePath: half))
        let shell = try Command.shell(
            """
            cd '\(folder(""))' && mkfifo in events
            '\(Command.path)' suppress -t raw -r 8000 --events 3 - o.raw <in 3>events &
            exec 4>in 5<events
            cat '\(half)' >&4
            read -r line <&5
            echo "$line"
            exec 4>&-
            wait
            """)
        #expect(shell.text.hasPrefix("{\"event\":\"key-down\"") && shell.status == 0)
    }

    @Test func `a missing reader of events does not end the audio`() throws {
        let call = try call()
        #expect(try Command.run(["suppress", call, folder("plain.wav")]).status == 0)
        let plain = try Data(contentsOf: URL(filePath: folder("plain.wav")))
        #expect(try Command.shell("mkfifo '\(folder("nobody"))'").status == 0)
        for (name, events) in [("gone", "3 3> >(exec true)"), ("nobody", "'\(folder("nobody"))'")] {
            let out = folder("\(name).wav")
            let result = try Command.shell(
                "'\(Command.path)' suppress '\(call)' '\(out)' --events \(events) 2>'\(folder("words"))'")
            #expect(result.status == 0, "\(name)")
            #expect(try Data(contentsOf: URL(filePath: out)) == plain, "\(name)")
        }
        #expect(try String(contentsOfFile: folder("words"), encoding: .utf8).contains("were not read"))
    }

    @Test func `a descriptor that cannot take events is an error`() throws {
        let call = try call()
        let before = try Data(contentsOf: URL(filePath: call))
        for (events, status) in [("9", 64), ("0", 64), (call, 64), (folder("none/events"), 73), ("/dev/full", 74)] {
            let result = try Command.run(["suppress", "--events", events, call, folder("o.wav")])
            #expect(result.status == status, "\(events): \(result.errors)")
        }
        #expect(try Data(contentsOf: URL(filePath: call)) == before)
        #expect(try Command.run(["suppress", "--reveal", call, folder("o.wav")]).status == 64)
        #expect(try Command.run(["suppress", "--events", "1", call, "-"]).status == 64)
    }
}
