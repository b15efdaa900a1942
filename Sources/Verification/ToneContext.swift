/// The second before and after a hop, and the number of frames in it with steady tones that are not a key's.
///
/// Music holds notes, and sometimes two of them lie close to a key's frequencies. But notes seldom come alone, while
/// speech and fragments of other keys hold hardly any.
///
/// Of 16,000 presses in calls, 99 % have at most 5 tonal frames around them, or 9 under speech. Presses with more than
/// 6 are clear, except fragments and keys under a voice of the same level. Of the pieces of music that resemble a
/// press, 9 in 10 have more than 24 (<doc:Sensitivity>).
struct ToneContext {
    /// Hops before and after that count: 1 s. A decision comes that much later.
    static let reach = 400
    /// Hops on either side that the window of a hop still covers.
    private static let margin = 8
    /// Largest number of tonal frames in two seconds that is not music.
    private static let musical = 6

    /// Limits of a tonal frame.
    private enum Threshold {
        /// Largest change of the stronger peak's frequency in 5 ms, as a fraction.
        static let step: Float = 0.004
        /// Least share of the pair in the power.
        static let toneRatio: Float = 0.7
        /// Least level of the stronger tone in dBm0.
        static let level: Float = -45
        /// Largest frequency error of a key, for presses and for fragments, as a fraction.
        ///
        /// A window at the edge of a key adds to the error of the key itself.
        static let keyOffset: Float = 0.04
        static let fragmentKeyOffset: Float = 0.025
        /// Largest twist of a key in dB, in either direction. At the edges of a press it may exceed the limit of a
        /// press.
        static let keyTwist: Float = 20
    }

    private static let ringSize = 1024
    /// The frames of the last seconds, one for every second hop.
    private var frames = [PairFrame](repeating: PairFrame(), count: Self.ringSize)
    /// Number of tonal frames up to each frame, for presses and for fragments.
    private var tonalUpTo = [SIMD2<Int>](repeating: .zero, count: Self.ringSize)
    private var newest = -1
    private var mightBeTonal = false

    /// Takes the long window whose centre is hop `2 × (newest + 1)`.
    ///
    /// - Parameter mayBeTonal: Whether the short window in its middle is not at the edge of a tone.
    mutating func process(_ frame: PairFrame, mayBeTonal: Bool) {
        let before = newest >= 0 && mightBeTonal ? frames[slot(newest)] : PairFrame()
        var sum = newest >= 0 ? tonalUpTo[slot(newest)] : .zero
        newest += 1
        mightBeTonal = mayBeTonal
        frames[slot(newest)] = frame
        if mayBeTonal && Self.isTonal(frame, after: before) {
            sum[0] += Self.mayBeKey(frame, within: Threshold.keyOffset) ? 0 : 1
            sum[1] += Self.mayBeKey(frame, within: Threshold.fragmentKeyOffset) ? 0 : 1
        }
        tonalUpTo[slot(newest)] = sum
    }

    /// The latest hop whose context is complete, with its long window. The first hops are negative.
    var latest: (hop: Int, frame: PairFrame) {
        let index = newest - Self.reach / 2
        return (2 * index, index < 0 ? PairFrame() : frames[slot(index)])
    }

    /// Number of tonal frames in the second before `hop`, for presses and for fragments.
    func tonalFrames(before hop: Int) -> SIMD2<Int> { tonal(hop - Self.reach, hop - Self.margin) }

    /// Number of tonal frames in the second after `hop`, for presses and for fragments.
    func tonalFrames(after hop: Int) -> SIMD2<Int> { tonal(hop + Self.margin, hop + Self.reach) }

    /// Whether that many tonal frames, before and after together, are music.
    static func areMusic(_ frames: Int) -> Bool { frames > musical }

    private func slot(_ index: Int) -> Int { index & (Self.ringSize - 1) }

    /// Tonal frames in the hops from `first` to `last`, as far as they are known.
    private func tonal(_ first: Int, _ last: Int) -> SIMD2<Int> {
        let oldest = max(newest - Self.ringSize + 1, 0)
        let (from, to) = (max(first / 2, oldest), min(last / 2, newest))
        return from < to ? tonalUpTo[slot(to)] &- tonalUpTo[slot(from)] : .zero
    }

    private static func isTonal(_ frame: PairFrame, after before: PairFrame) -> Bool {
        guard frame.toneRatio > Threshold.toneRatio, frame.levelDBm0 > Threshold.level else { return false }
        let (now, then) = frame.low > frame.high ? (frame.lowHz, before.lowHz) : (frame.highHz, before.highHz)
        return abs(now - then) < Threshold.step * now
    }

    /// Whether both peaks are near a key's frequencies.
    private static func mayBeKey(_ frame: PairFrame, within distance: Float) -> Bool {
        frame.offset < distance && abs(frame.twist) < Threshold.keyTwist
    }
}
