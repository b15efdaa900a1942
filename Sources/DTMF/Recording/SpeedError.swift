/// The common frequency error of a recording: a tape or a sound card that runs fast or slow.
///
/// Beyond some 2 % the tones of one press alone could be those of two keys; several presses that are off by the same
/// fraction cannot.
struct SpeedError: Sendable {
    /// As a fraction: 0.03 of a recording whose tones are 3 % high; 0 where its presses do not agree on one.
    let value: Double
    /// Whether one press told it, because there is nothing else to hear.
    let isAll: Bool
    /// The segments of the recording at that error.
    let segments: [PressEvidence]

    /// Errors that are tried: to 6 %, near enough that a frame names the key.
    private static let tried = [-0.06, -0.045, -0.03, -0.018, 0.018, 0.03, 0.045, 0.06]
    /// Presses that must agree; and times as many as at no error, with one more.
    private static let fewest = 3
    private static let advantage = 1.5
    /// Share of the most presses that agree on any error, from which on the scatter decides.
    private static let nearlyMost = 0.9
    /// How far the errors of the presses may lie from their median, as a fraction.
    private static let agreement = 0.006
    /// Scatter that a smaller error is worth: keys one row and one column on fit at some 10 % more, with more scatter.
    private static let smallness = 0.005

    /// The presses of a segmentation that stand alone and agree on an error.
    private struct Vote {
        var error = 0.0
        var presses = 0
        /// Whether one of them is all that there is to hear.
        var isAll = false
        /// Root mean square of what is left of their errors.
        var scatter = 0.0

        /// Share of a recording that a press fills if it is all that there is.
        private static let most = 0.6

        init(_ segments: [PressEvidence], duration: Double) {
            let alone = segments.filter { press in LoneCriterion.all.contains { $0.holds(for: press) } }
            let errors = alone.map { ($0.low.error + $0.high.error) / 2 }.sorted()
            guard !errors.isEmpty else { return }
            let median = errors[errors.count / 2]
            let left = alone.map { ($0.low.error - median, $0.high.error - median) }
                .filter { max(abs($0), abs($1)) <= agreement }
            error = median
            presses = left.count
            isAll = left.count == 1 && alone.count == 1 && alone[0].duration >= Self.most * duration
            let squares = left.reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 }
            scatter = (squares / Double(max(1, 2 * left.count))).squareRoot()
        }
    }

    init(_ frames: ToneFrames) {
        let nominal = Self.segments(frames, 0)
        let duration = Double(frames.count) * ToneFrames.step
        let least = Int(Self.advantage * Double(Vote(nominal, duration: duration).presses)) + 1
        var votes = Self.tried.map { tried in
            var vote = Vote(Self.segments(frames, tried), duration: duration)
            vote.error += tried
            return vote
        }
        votes.removeAll { $0.presses < least || $0.presses < Self.fewest && !$0.isAll }
        let most = votes.map(\.presses).max() ?? 0
        votes.removeAll { Double($0.presses) < Self.nearlyMost * Double(most) }
        func cost(_ vote: Vote) -> Double { vote.scatter + Self.smallness * abs(vote.error) }
        let best = votes.min { cost($0) < cost($1) }
        value = best?.error ?? 0
        isAll = best?.isAll ?? false
        segments = best.map { Self.segments(frames, $0.error) } ?? nominal
    }

    private static func segments(_ frames: ToneFrames, _ error: Double) -> [PressEvidence] {
        SegmentFinder(frames: frames, speedError: error).segments()
            .map { PressEvidence($0, in: frames, speedError: error) }
    }
}
