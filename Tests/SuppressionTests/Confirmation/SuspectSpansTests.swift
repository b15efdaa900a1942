import Testing

@testable import Suppression

/// Spans that the onset detector marked, and their revoked parts.
@Suite struct SuspectSpansTests {
    /// The samples of `range` that are revoked, as they leave in order.
    private func revoked(
        _ spans: SuspectSpans, in range: Range<Int>, confirmed: [Range<Int>] = [], mayBeEcho: Bool = false,
        explained: Float = 0
    ) -> [Int] {
        var spans = spans
        let digits = confirmed.map { ConfirmedDigit(leg: 0, range: $0, pair: ConfirmedDigit.Pair()) }
        return range.filter {
            spans.revokes($0, confirmed: digits, mayBeEcho: mayBeEcho, explained: { _ in explained })
        }
    }

    private func spans(_ ranges: [(Range<Int>, Float)], isEcho: Bool = false) -> SuspectSpans {
        var spans = SuspectSpans(sampleRate: 8000)
        for (range, score) in ranges { spans.add(range, score: score, isEcho: isEcho) }
        return spans
    }

    @Test func `A span with a low score is revoked whole, and nothing else is`() {
        #expect(revoked(spans([(100..<300, 3)]), in: 0..<400) == Array(100..<300))
    }

    @Test(arguments: [(8.5, 0), (5.5, 0.4)] as [(Float, Float)])
    func `A span is kept for a high score, or for a middling score and a pair in it`(score: Float, explained: Float) {
        #expect(revoked(spans([(100..<300, score)]), in: 0..<400, explained: explained).isEmpty)
        #expect(revoked(spans([(100..<300, 5.5)]), in: 0..<400, explained: 0.3).count == 200)
    }

    @Test(arguments: [(9, 0), (9, 0.4), (5.5, 0.4)] as [(Float, Float)])
    func `A span as long as a press needs more, since no receiver heard a press there`(score: Float, explained: Float) {
        #expect(revoked(spans([(100..<500, score)]), in: 0..<800, explained: explained).isEmpty)
        #expect(revoked(spans([(100..<700, score)]), in: 0..<800, explained: explained).count == 600)
        #expect(revoked(spans([(100..<700, score)]), in: 0..<800, explained: 0.6).isEmpty)
        #expect(revoked(spans([(100..<700, 10.5)]), in: 0..<800, explained: explained).isEmpty)
    }

    @Test func `Speech before a confirmed digit is revoked up to 10 ms before it`() {
        let speech = spans([(1000..<2200, 9)])
        #expect(revoked(speech, in: 1000..<2200, confirmed: [2000..<3000]) == Array(1000..<1920))
    }

    @Test func `A certain span before a confirmed digit is kept`() {
        var speech = spans([(1000..<2200, 9)])
        speech.keep(1400..<1560)
        let left = Set(1000..<1920).subtracting(revoked(speech, in: 1000..<2200, confirmed: [2000..<3000]))
        #expect(left == Set(1400..<1560))
    }

    @Test func `A span that may be an echo is kept while the echo may be there`() {
        let echo = spans([(100..<300, -8)], isEcho: true)
        #expect(revoked(echo, in: 0..<400, mayBeEcho: true).isEmpty)
        #expect(revoked(echo, in: 0..<400, mayBeEcho: false).count == 200)
    }

    @Test func `Spans less than 4 ms apart are one, with the higher score`() {
        #expect(revoked(spans([(100..<300, 9), (330..<400, 0)]), in: 0..<500).isEmpty)
        #expect(revoked(spans([(100..<300, 9), (340..<400, 0)]), in: 0..<500) == Array(340..<400))
    }
}
