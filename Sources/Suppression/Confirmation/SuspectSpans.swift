/// A span that the onset detector marked. Samples are counted from the first of the leg.
struct SuspectSpan: Sendable {
    var range: Range<Int>
    /// The highest score in it.
    var score: Float
    var isEcho: Bool
    /// Whether it holds a tone, confirmed or not; `nil` until its first sample is about to leave.
    var holdsTone: Bool?
}

/// The spans that one leg's onset detector marked and that can still be revoked.
struct SuspectSpans: Sendable {
    /// When a span that the receiver did not confirm is a tone. Chosen on the made calls of <doc:Training>.
    private enum Threshold {
        /// Least score with which a pair must explain only a third of the span, or half of a long one.
        static let score: Float = 5
        static let share: Float = 0.35
        static let longShare: Float = 0.5
        /// Least length in seconds of a long span, and the score with which it is a tone whatever explains it.
        static let longSpan = 0.060
        static let certainLongScore: Float = 10
        /// Largest gap in seconds between two spans that count as one.
        static let gap = 0.004
    }

    /// Number of spans remembered.
    private static let remembered = 16
    /// A suspect span within this many seconds of a confirmed digit is a part of it.
    private static let margin = 0.010
    /// Length in milliseconds of the longest certain span, and its margins before and after the tone.
    private static let certainLength = 23
    private static let certainMargin = (before: 2, after: 3)

    private let sampleRate: Double
    private var spans: [SuspectSpan] = []
    /// Number of certain spans remembered, a power of two.
    private static let certainRemembered = 512
    /// The last spans that are certainly tones. The slot of each is the millisecond in which it begins.
    private var certain: [Range<Int>]

    /// - Parameter isUsed: Whether any span can be revoked; else nothing is remembered.
    init(sampleRate: Double, isUsed: Bool = true) {
        self.sampleRate = sampleRate
        certain = Array(repeating: 0..<0, count: isUsed ? Self.certainRemembered : 0)
        if isUsed { spans.reserveCapacity(Self.remembered + 1) }
    }

    /// Adds a span, or extends the last one.
    mutating func add(_ range: Range<Int>, score: Float, isEcho: Bool) {
        if let last = spans.last, range.lowerBound <= last.range.upperBound + Int(Threshold.gap * sampleRate) {
            let end = spans.count - 1
            spans[end].range = last.range.covering(range)
            spans[end].score = max(last.score, score)
            spans[end].isEcho = last.isEcho || isEcho
            return
        }
        if spans.count == Self.remembered { spans.removeFirst() }
        spans.append(SuspectSpan(range: range, score: score, isEcho: isEcho))
    }

    /// Notes that `range` is certainly a tone. It is 23 ms long at most and holds 2 ms before the tone and 3 ms after
    /// it.
    mutating func keep(_ range: Range<Int>) {
        guard range.lowerBound >= 0 else { return }
        certain[slot(range.lowerBound)] = range
    }

    private func slot(_ index: Int) -> Int { index / Int(0.001 * sampleRate) & (certain.count - 1) }

    /// Whether the marked sample `index`, which is about to leave, passes unchanged.
    ///
    /// - Parameters:
    ///   - confirmed: Digits that the receiver of this leg confirmed.
    ///   - mayBeEcho: Whether the echo of another leg's digit may be there.
    ///   - explained: The share of a range that the best pair explains.
    mutating func revokes(
        _ index: Int, confirmed: [ConfirmedDigit], mayBeEcho: Bool, explained: (Range<Int>) -> Float
    ) -> Bool {
        while let first = spans.first, first.range.upperBound <= index { spans.removeFirst() }
        guard let first = spans.first, first.range.contains(index) else { return false }
        if first.holdsTone == nil {
            // A span that touches a confirmed digit may be speech before that digit, so it is not a tone by itself.
            spans[0].holdsTone =
                !confirmed.contains { $0.range.overlaps(first.range) } && holdsTone(first, explained)
        }
        if spans[0].holdsTone == true { return false }
        let sample = index..<index + 1
        if isCertain(index, confirmed) || confirmed.contains(within: Int(Self.margin * sampleRate), of: sample) {
            return false
        }
        return !(first.isEcho && mayBeEcho)
    }

    /// Whether `index` lies in a span that is certainly a tone and does not touch a confirmed digit.
    ///
    /// Speech that runs into a digit touches it.
    private func isCertain(_ index: Int, _ confirmed: [ConfirmedDigit]) -> Bool {
        let ms = Int(0.001 * sampleRate)
        for age in 0...Self.certainLength {
            let span = certain[slot(max(0, index - age * ms))]
            guard span.contains(index) else { continue }
            let margin = Self.certainMargin
            let inside = span.lowerBound + margin.before * ms..<span.upperBound - margin.after * ms
            if !confirmed.contains(where: { $0.range.overlaps(inside) }) { return true }
        }
        return false
    }

    /// Whether a span that the receiver did not confirm holds a tone: its score is higher than that of speech, or it is
    /// middling and a pair explains a third of the span. A span as long as a press needs more, since no receiver heard
    /// a press there.
    private func holdsTone(_ span: SuspectSpan, _ explained: (Range<Int>) -> Float) -> Bool {
        let isLong = Double(span.range.count) > Threshold.longSpan * sampleRate
        if span.score > (isLong ? Threshold.certainLongScore : OnsetDetector.certainScore) { return true }
        return span.score > Threshold.score
            && explained(span.range) > (isLong ? Threshold.longShare : Threshold.share)
    }
}
