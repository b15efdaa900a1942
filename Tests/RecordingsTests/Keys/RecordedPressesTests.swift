import AudioIO
import Codecs
import DTMF
import Recordings
import Support
import Suppression
import Testing

/// Presses of a whole recording, and the suppressor that knows them.
@Suite struct RecordedPressesTests {
    private let folder = TemporaryFolder()

    /// A file of two channels with `keys` in the first, in noise of the given root mean square.
    private func file(_ keys: String, noise: Float = 0) throws -> String {
        var random = SeededGenerator(seed: 11)
        let samples = try KeySequence().samples(of: keys, rate: 8000)
            .map { max(-1, min(1, $0 + noise * Float.random(in: -1.73...1.73, using: &random))) }
        let format = AudioFormat(sampleRate: 8000, channels: 2, encoding: .signed16)
        let writer = try AudioWriter(folder("in.wav"), format: format, frameCount: samples.count)
        try writer.write(inFirstChannel: samples)
        try writer.finish()
        return folder("in.wav")
    }

    private func keys(_ path: String) throws -> [String] {
        try #require(try RecordedPresses(AudioReader(path))).channels.map { String($0.map(\.key.character)) }
    }

    @Test func `The presses of each channel come in order of time`() throws {
        #expect(try keys(file("159#0")) == ["159#0", ""])
    }

    @Test func `A search that is told to stop finds no presses`() throws {
        #expect(try RecordedPresses(AudioReader(file("42"))) { $0 < 1 } == nil)
    }

    @Test func `A suppressor that knows the presses removes each of them whole, in noise as loud as they`() throws {
        let keys = "1234567890*#ABCD"
        let presses = try #require(try RecordedPresses(AudioReader(file(keys))))
        let path = try file(keys, noise: 0.3)
        func samples(_ path: String) throws -> [Float] {
            let reader = try AudioReader(path)
            var (all, block): ([Float], [Float]) = ([], [])
            while try reader.read(frames: 4096, into: &block) > 0 { all += block }
            return all
        }
        /// Samples within the presses that are left as they were.
        func left(_ presses: RecordedPresses?, in places: [KeyPress]) throws -> Int {
            let configuration = Suppressor.Configuration(lookAhead: Suppressor.Configuration.recordingLookAhead)
            var work = try RecordingSuppression(AudioReader(path), configuration: configuration)
            work.presses = presses
            let writer = try AudioWriter(folder("out.wav"), copying: AudioReader(path))
            _ = try work.run(to: writer)
            try writer.finish()
            let (before, after) = (try samples(path), try samples(folder("out.wav")))
            return places.reduce(0) { sum, press in
                sum + (press.start..<press.end).count { before[2 * $0] == after[2 * $0] }
            }
        }
        let places = presses.channels[0]
        #expect(places.count == keys.count)
        let (alone, known) = (try left(nil, in: places), try left(presses, in: places))
        #expect(alone > 1000 && known < 20, "\(alone) and \(known) samples are left")
    }
}
