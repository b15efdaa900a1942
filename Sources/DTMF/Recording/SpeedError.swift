/// The common frequency error of a recording, from a tape or a sound card that runs fast or slow.
///
/// From about 2 % on, the tones of one press could belong to two keys. Several presses with the same error are
/// unambiguous.
struct SpeedError: Sendable {
    /// The error as a fraction: 0.03 if the tones are 3 % high; 0 if the presses do not agree on one.
    let value: Double
    /// Whether one press determined it, because there is no other sound.
    let isAll: Bool
    /// The segments of the recording at that error.
    let segments: [PressEvidence]

    /// Errors that are tried, up to 6 %. They are close enough together for a frame to identify the key.
    private static let tried = [-0.06, -0.045, -0.03, -0.018, 0.018, 0.03, 0.045, 0.06]
    /// Least number of presses that agree, and least ratio to their number at no error; one more is required.
    private static let fewest = 3
    private static let advantage = 1.5
    /// Share of the largest number of presses. Errors with this share or more are compared by their scatter.
    private static let nearlyMost = 0.9
    /// Largest distance of a press's error from the median, as a fraction.
    private static let agreement = 0.006
    /// Cost in scatter of a larger error. The keys one row and one column further fit at about 10 % more, with more
    /// scatter.
    private static let smallness = 0.005

    /// The presses that meet a criterion by themselves, and the error on which they agree.
    private struct Vote {
        var error = 0.0
        var presses = 0
        /// Whether one of them is the only sound.
        var isAll = false
        /// Root mean square of their errors about the common one.
        var scatter = 0.0

        /// Least share of a recording that a press fills if it is the only sound.
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
