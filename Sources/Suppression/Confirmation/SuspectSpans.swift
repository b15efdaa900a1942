/// A span that the onset detector marked, in samples counted from the first.
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
    /// What makes a span a tone that the receiver did not confirm. Chosen on the calls that <doc:Training> names.
    private enum Threshold {
        /// Score from which on a quarter of the span must be a pair.
        static let score: Float = 5
        static let share: Float = 0.25
        /// Score and share of a long span near a confirmed digit.
        static let longSpanScore: Float = 1
        static let longSpanShare: Float = 0.15
        /// Seconds from which on a span is long.
        static let longSpan = 0.060
        /// Seconds within which two spans are one.
        static let gap = 0.004
    }

    /// Spans remembered.
    private static let remembered = 16
    /// Seconds either side of a confirmed digit within which a suspect span is a part of it.
    private static let margin = 0.010
    /// Milliseconds of the longest certain span, and of its margins before and after the tone.
    private static let certainLength = 23
    private static let certainMargin = (before: 2, after: 3)

    private let sampleRate: Double
    private var spans: [SuspectSpan] = []
    /// The last spans that certainly are tones, each in the slot of the millisecond that it begins in.
    private var certain = [Range<Int>](repeating: 0..<0, count: 512)

    init(sampleRate: Double) {
        self.sampleRate = sampleRate
        spans.reserveCapacity(Self.remembered + 1)
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

    /// Notes that `range`, of 23 ms or less, certainly is a tone, with 2 ms before it and 3 ms after it.
    mutating func keep(_ range: Range<Int>) {
        guard range.lowerBound >= 0 else { return }
        certain[slot(range.lowerBound)] = range
    }

    private func slot(_ index: Int) -> Int { index / Int(0.001 * sampleRate) & (certain.count - 1) }

    /// Whether the sample `index`, which was marked and is about to leave, passes after all.
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
            // A span that touches a confirmed digit is no tone of its own: it may be speech before the digit.
            spans[0].holdsTone =
                !confirmed.contains { $0.range.overlaps(first.range) } && holdsTone(first, confirmed, explained)
        }
        if spans[0].holdsTone == true { return false }
        let sample = index..<index + 1
        if isCertain(index, confirmed) || confirmed.contains(within: Int(Self.margin * sampleRate), of: sample) {
            return false
        }
        return !(first.isEcho && mayBeEcho)
    }

    /// Whether `index` lies in a span that certainly is a tone and is no part of a confirmed digit.
    ///
    /// Speech before a digit touches the digit.
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

    /// Whether a span that the receiver did not confirm holds a tone. One of three is enough:
    ///
    /// - a score that speech does not have;
    /// - a middling score, and a pair explains a quarter of the span;
    /// - near a confirmed digit, a span as long as a press of which a steady pair explains a part.
    private func holdsTone(
        _ span: SuspectSpan, _ confirmed: [ConfirmedDigit], _ explained: (Range<Int>) -> Float
    ) -> Bool {
        if span.score > OnsetDetector.certainScore { return true }
        let share = explained(span.range)
        if span.score > Threshold.score && share > Threshold.share { return true }
        let isLong = Double(span.range.count) > Threshold.longSpan * sampleRate
        let reach = Int(OnsetDetector.nextDigitWindow * sampleRate)
        return span.score > Threshold.longSpanScore && isLong && share > Threshold.longSpanShare
            && confirmed.contains(within: reach, of: span.range)
    }
}
