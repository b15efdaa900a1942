import AudioIO
import Codecs
import Failures
import Recordings
import Support
import Suppression
import Testing

/// Removal of tones from a reader to a writer, and its events.
@Suite struct RecordingSuppressionTests {
    private let folder = TemporaryFolder()
    private let format = AudioFormat(sampleRate: 8000, channels: 2, encoding: .signed16)

    /// A file of two channels with `keys` in the first.
    private func file(_ keys: String) throws -> String {
        let samples = try KeySequence().samples(of: keys, rate: 8000)
        let writer = try AudioWriter(folder("in.wav"), format: format, frameCount: samples.count)
        try writer.write(inFirstChannel: samples)
        try writer.finish()
        return folder("in.wav")
    }

    private func run(
        _ path: String, reveals: Bool? = nil, goOn: (Int) -> Bool = { _ in true }
    ) throws -> (counts: [SuppressionCount]?, lines: [String]) {
        let reader = try AudioReader(path)
        var work = try RecordingSuppression(
            reader, configuration: .init(), lines: reveals.map { SuppressionLines(reader.format, reveals: $0) })
        let writer = try AudioWriter(folder("out.wav"), copying: reader)
        var lines: [String] = []
        let counts = try work.run(to: writer, tell: { lines.append($0) }, goOn: goOn)
        if counts != nil { try writer.finish() }
        return (counts, lines)
    }

    @Test func `Keys are removed from the audio, and its length stays`() throws {
        let path = try file("159#")
        let (counts, lines) = try run(path)
        #expect(counts?.map(\.presses) == [4, 0] && lines.isEmpty)
        var reading = try KeyReading(AudioReader(folder("out.wav")))
        while let heard = try reading.next() { #expect(heard.isEmpty) }
        #expect(try reading.framesRead == AudioReader(path).frameCount && reading.nothingFound != nil)
    }

    @Test(arguments: [false, true]) func `Each key gives two events and each stretch one`(reveals: Bool) throws {
        let lines = try run(file("42"), reveals: reveals).lines
        for event in ["key-down", "key-up", "press"] {
            #expect(lines.count { $0.hasPrefix("{\"event\":\"\(event)\",\"channel\":0,") } == 2, "\(event)")
        }
        #expect(lines.count == 6 && lines.allSatisfy { $0.hasSuffix("}\n") })
        let digits = lines.compactMap { $0.firstMatch(of: /"digit":"(.)"/)?.1 }
        #expect(digits == (reveals ? ["4", "2"] : []))
    }

    @Test func `After an order to stop there is no result and no file`() throws {
        #expect(try run(file("42"), goOn: { $0 < 1 }).counts == nil)
        #expect(folder.contents == ["in.wav"])
    }

    @Test func `A channel to mute must exist`() throws {
        let reader = try AudioReader(file("1"))
        var configuration = Suppressor.Configuration()
        configuration.fullMute = [1, 2]
        let failure = #expect(throws: Failure.self) { try RecordingSuppression(reader, configuration: configuration) }
        #expect(failure?.what == "has no channel 2 to mute")
    }
}
