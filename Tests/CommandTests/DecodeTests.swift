import Foundation
import Support
import Testing

/// What `decode` prints, in every format.
@Suite(.ownThread) struct DecodeTests {
    let folder = TemporaryFolder()

    /// A WAVE file of two channels: the keys of each, the second later.
    func stereo(_ name: String, _ first: String, _ second: String) throws -> String {
        let (one, two) = (folder("one.wav"), folder("two.wav"))
        #expect(try Command.run(["synth", first, one]).status == 0)
        let other = second.isEmpty ? ["--level", "-90", "1", two] : ["--lead", "900", second, two]
        #expect(try Command.run(["synth"] + other).status == 0)
        #expect(try Command.shell("sox -M '\(one)' '\(two)' '\(folder(name))'").status == 0)
        return folder(name)
    }

    @Test func `each channel of a file is a line, and a single channel has no mark`() throws {
        let path = try stereo("call.wav", "159#", "")
        #expect(try Command.run(["decode", path]).text == "0: 159#\n1:\n")
        #expect(try Command.run(["decode", "--channel", "0", path]).text == "159#\n")
        let both = try stereo("both.wav", "12", "90")
        #expect(
            try Command.run(["decode", both, both]).text
                == "\(both): 0: 12\n\(both): 1: 90\n\(both): 0: 12\n\(both): 1: 90\n")
        // A pipe is not waited for: a line ends where the other channel goes on.
        let piped = try Command.run(["decode", "-"], input: Array(try Data(contentsOf: URL(filePath: both))))
        #expect(piped.text == "0: 12\n1: 90\n")
    }

    @Test func `a space marks pauses of two seconds`() throws {
        let path = folder("call.wav")
        let parts = [("12", "0"), ("34", "1500"), ("56", "2500")].enumerated().map { index, part in
            "'\(Command.path)' synth --lead \(part.1) \(part.0) '\(folder("p\(index).wav"))'"
        }
        let join = "sox '\(folder("p0.wav"))' '\(folder("p1.wav"))' '\(folder("p2.wav"))' '\(path)'"
        #expect(try Command.shell(parts.joined(separator: " && ") + " && " + join).status == 0)
        #expect(try Command.run(["decode", path]).text == "1234 56\n")
        #expect(
            try Command.run(["decode", "-"], input: Array(try Data(contentsOf: URL(filePath: path)))).text
                == "1234 56\n")
    }

    @Test func `times, csv, labels and ndjson have the same presses`() throws {
        let path = folder("call, \"one\".wav")
        #expect(try Command.run(["synth", "1*0", path]).status == 0)
        func rows(_ arguments: String..., separator: Character) throws -> [[String]] {
            try Command.run(["decode"] + arguments + [path]).text.split(whereSeparator: \.isNewline)
                .map { $0.split(separator: separator).map(String.init) }
        }
        let times = try rows("--times", separator: " ")
        #expect(times.map { $0[2] } == ["1", "*", "0"])
        let labels = try rows("--format", "labels", separator: "\t")
        #expect(labels.map { $0[2] } == ["1", "*", "0"])
        let csv = try rows("--format", "csv", separator: ",")
        #expect(
            csv[0]
                == "file,channel,digit,start,end,low_hz,high_hz,level_dbm0,high_minus_low_db,snr_db".split(
                    separator: ","
                ).map(String.init))
        #expect(csv.dropFirst().map { $0.suffix(9)[$0.suffix(9).startIndex + 1] } == ["1", "*", "0"])
        #expect(csv[1].prefix(2).joined(separator: ",") == "\"\(folder("call"))" + ", \"\"one\"\".wav\"")
        for (time, label) in zip(times, labels) {
            #expect(
                abs(Double(time[0])! - Double(label[0])!) < 0.001 && abs(Double(time[1])! - Double(label[1])!) < 0.001)
        }
        // A document without keys is whole, too.
        #expect(try Command.shell("sox -n -r 8000 -b 16 '\(folder("none.wav"))' trim 0 1").status == 0)
        #expect(
            try Command.run(["decode", "--format", "csv", folder("none.wav")]).text.hasPrefix("file,channel,digit"))
    }

    @Test func `a key press is reported at once, without its digit`() throws {
        let command = try Command(["decode", "--events", "--format", "ndjson"] + PipeTests.rawOptions + ["-"])
        let samples = try Command.run(["synth", "--on", "2000", "-t", "raw", "5", "-"]).output
        // Half of the press: the line of its end cannot come yet.
        command.write(Array(samples.prefix(samples.count / 2)))
        let early = String(decoding: command.output(atLeast: 20), as: UTF8.self)
        #expect(early.hasPrefix("{\"event\":\"key-down\"") && !early.contains("digit"))
        command.write(Array(samples.dropFirst(samples.count / 2)))
        let lines = command.finish().text.split(separator: "\n")
        #expect(lines.count == 2 && !lines[0].contains("digit") && lines[1].contains("\"digit\":\"5\""))
        #expect(!lines[1].contains("event"))
    }

    @Test func `without keys one line gives the level and advice`() throws {
        let (silent, faint) = (folder("silent.wav"), folder("faint.wav"))
        #expect(try Command.shell("sox -n -r 8000 -b 16 '\(silent)' trim 0 1").status == 0)
        #expect(try Command.run(["synth", "--level", "-50", "159", faint]).status == 0)
        let nothing = try Command.run(["decode", silent])
        #expect(
            nothing.status == 0 && nothing.text == "\n" && nothing.errors.contains("no key was found; it is silent"))
        let quiet = try Command.run(["decode", "--detector-profile", "q24", faint])
        #expect(
            quiet.status == 0 && quiet.errors.contains("dBm0, under the -45")
                && quiet.errors.contains("--detector-profile sensitive"))
        #expect(quiet.errors.split(separator: "\n").count == 1)
        let found = try Command.run(["decode", "--detector-profile", "sensitive", faint])
        #expect(found.text == "159\n" && found.errors.isEmpty)
        #expect(try Command.run(["decode", "--profile", "sensitive", faint]).text == "159\n")
        // A file is heard as a whole unless another profile is named, a pipe as it comes.
        let bytes = Array(try Data(contentsOf: URL(filePath: faint)))
        #expect(try Command.run(["decode", faint]).text == "159\n")
        #expect(try Command.run(["decode", "-"], input: bytes).errors.contains("dBm0, under the -45 of profile q24"))
    }

    @Test(arguments: [
        ["--times", "--format", "csv", "a"], ["--events", "a"], ["--format", "labels", "a", "b"],
        ["--detector-profile", "none", "a"],
    ])
    func `options that do not go together are refused`(arguments: [String]) throws {
        let result = try Command.run(["decode"] + arguments)
        #expect(result.status == 64 && result.text.isEmpty)
    }
}
