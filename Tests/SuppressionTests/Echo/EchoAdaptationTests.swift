import Support
import Testing

@testable import Suppression

/// Learning from a piece of a press, a little at a time.
@Suite struct EchoAdaptationTests {
    private static let (earliest, lags, longest) = (96, 1152, 640)

    /// What is learned of two pieces, if the adaptation goes on every `pace` samples.
    private static func learned(seed: UInt64, pace: Int) -> [EchoPath.Echo] {
        var random = SeededGenerator(seed: seed)
        var legs = (0..<2).map {
            ChannelSuppressor(
                sampleRate: 8000, channel: $0, channels: 2, configuration: .init(), kept: 5000, ahead: 3000)
        }
        let tone = (0..<4500).map { _ in Float.random(in: -0.3...0.3, using: &random) }
        let delay = Int.random(in: 120...1200, using: &random)
        let loudness = Float.random(in: 0.001...0.01, using: &random)
        let sound = tone.indices.map { index in
            (index < delay ? 0 : 0.05 * tone[index - delay]) + loudness * Float.random(in: -1...1, using: &random)
        }
        legs[0].store(tone, tone.indices)
        legs[1].store(sound, sound.indices)
        let pieces = [400..<400 + longest, 1040..<1040 + Int.random(in: 8...longest, using: &random)]
        var removed = (0..<2).map { _ in RemovedTone(keeping: 8000, longestPiece: longest, factor: 1) }
        for index in tone.indices {
            removed[0].note(index, tone[index], isRemoved: pieces.contains { $0.contains(index) })
        }
        let memory = ReservedFloats(count: 8 * (lags + longest))
        var room = ReservedFloats.Allotment(memory)
        defer { withExtendedLifetime(memory) {} }
        var paths: [EchoPath] = []
        for pair in 0..<4 { paths.append(EchoPath(lags: pair % 3 == 0 ? 0 : lags, in: &room)) }
        var known = KnownEchoes(legs: 2, rate: 8000)
        var adaptation = EchoAdaptation(
            rate: 8000, legs: 2, longest: longest, earliest: earliest, lags: lags, Decimator(sampleRate: 8000),
            in: &room)
        var found: [EchoPath.Echo] = []
        for piece in pieces {
            adaptation.begin(piece, of: 0)
            var now = piece.upperBound / 32 * 32
            while adaptation.source != nil {
                now += pace
                adaptation.advance(now: now, legs, removed: removed, &paths, &known)
            }
            found.append(known[from: 0, to: 1])
        }
        return found
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `A little at a time gives what all at once gives, to the bit`(seed: UInt64) {
        let atOnce = Self.learned(seed: seed, pace: 2000)
        #expect(atOnce[1].first != nil, "the echo is found")
        for pace in [8, 32, 96] {
            for (a, b) in zip(Self.learned(seed: seed, pace: pace), atOnce) {
                #expect(a.first == b.first && a.isWhole == b.isWhole && a.piecesWithout == b.piecesWithout)
                for tap in 0..<EchoPath.taps { #expect(a.response[tap].bitPattern == b.response[tap].bitPattern) }
            }
        }
    }

    @Test func `A tone comes in pieces that end with it or when they are long`() {
        var removed = RemovedTone(keeping: 4096, longestPiece: 640, factor: 1)
        var pieces: [Range<Int>] = []
        for index in 0..<4000 {
            removed.note(index, 1, isRemoved: (100..<900).contains(index) || (1000..<1200).contains(index))
            removed.endPiece(before: index)
            while let piece = removed.oldestPiece {
                pieces.append(piece)
                removed.dropOldestPiece()
            }
        }
        #expect(pieces == [100..<740, 740..<900, 1000..<1200])
        #expect(!removed.hasPiece && removed.last == 1199)
    }
}
