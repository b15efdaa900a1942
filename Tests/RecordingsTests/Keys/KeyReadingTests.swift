import AudioIO
import Codecs
import DTMF
import Failures
import Recordings
import Support
import Testing

/// Files read for their keys, from tones that this package makes.
@Suite struct KeyReadingTests {
    private let folder = TemporaryFolder()

    /// A file with `keys` in the first of `channels`.
    private func file(_ keys: String, level: Double = -10, channels: Int = 1, rate: Int = 8000) throws -> String {
        var sequence = KeySequence()
        sequence.level = level
        let samples = try sequence.samples(of: keys, rate: rate)
        let path = folder("keys.wav")
        let writer = try AudioWriter(
            path, format: AudioFormat(sampleRate: rate, channels: channels, encoding: .signed16),
            frameCount: samples.count)
        try writer.write(inFirstChannel: samples)
        try writer.finish()
        return path
    }

    private func reading(_ path: String, _ profile: DetectorProfile = .q24, channel: Int? = nil) throws -> KeyReading {
        try KeyReading(AudioReader(path), profile: profile, channel: channel)
    }

    private func keys(_ reading: inout KeyReading) throws -> String {
        var keys = ""
        while let heard = try reading.next() {
            for case .ended(let press) in heard.map(\.event) { keys.append(press.key.character) }
        }
        return keys
    }

    @Test(arguments: [8000, 44_100]) func `Every key is read, in order, and every frame`(rate: Int) throws {
        let path = try file("0123456789*#ABCD", rate: rate)
        var reading = try reading(path)
        #expect(try keys(&reading) == "0123456789*#ABCD" && reading.nothingFound == nil)
        #expect(try reading.framesRead == AudioReader(path).frameCount)
    }

    @Test func `Only the selected channel is printed`() throws {
        let path = try file("42", channels: 2)
        var (first, second) = (try reading(path, channel: 0), try reading(path, channel: 1))
        #expect(try keys(&first) == "42" && keys(&second) == "")
        #expect(second.nothingFound?.what.contains("no key was found") == true)
        let failure = #expect(throws: Failure.self) { try reading(path, channel: 2) }
        #expect(failure?.code == "audio.no-channel" && failure?.status == .usage)
    }

    @Test func `Without keys, the level and advice are reported`() throws {
        var silent = try reading(file(",,"))
        #expect(silent.nothingFound == nil, "nothing is said before the end")
        #expect(try keys(&silent) == "" && silent.nothingFound?.what == "no key was found; it is silent")
        var quiet = try reading(file("5", level: -52))
        #expect(try keys(&quiet) == "")
        let words = quiet.nothingFound?.description ?? ""
        #expect(words.contains("under the -45 of profile q24 (try --detector-profile sensitive)"), "\(words)")
        var sensitive = try reading(file("5", level: -52), .sensitive)
        #expect(try keys(&sensitive) == "5")
    }

    @Test func `A sample rate too low for keys is refused`() throws {
        let path = folder.write(WAVBytes(samples: [1, 2, 3]).bytes, to: "slow.wav")
        #expect(throws: AudioFileError.rateOutOfRange(path: path, rate: 3000, rates: 4000...768_000)) {
            try KeyReading(
                AudioReader(path, raw: AudioFormat(sampleRate: 3000, channels: 1, encoding: .signed16), forcesRaw: true)
            )
        }
    }
}
