/// What lies a second before and after a moment, and how much of it is steady tones that are no key's.
///
/// Music holds notes, and now and then two of them lie near a key's frequencies; but notes come in company. Speech and the
/// rests of other keys hold hardly any: of 16,000 presses in calls 99 % have 5 such looks or fewer around them, under
/// speech 9, and those with more than 6 are clear keys but for rests and keys under a voice as loud; of the pieces of music
/// that look like a press 9 in 10 have more than 24 (<doc:Sensitivity>).
struct Surroundings {
    /// How far it looks either way, in hops: 1 s. What is judged is judged that much later.
    static let reach = 400
    /// Hops next to a moment that its own window still reaches.
    private static let margin = 8
    /// Tonal looks in two seconds above which the place is music.
    private static let musical = 6
    /// A look is tonal if its stronger peak stays where it was 5 ms before, by this fraction, ...
    private static let step: Float = 0.004
    /// ... and the pair holds this share of the power.
    private static let purity: Float = 0.7
    private static let leastLevel: Float = -45
    fileprivate static let keyTwist: Float = 20
    /// Farthest from nominal as a fraction: a window at a key's edge adds to what the key itself is off.
    private static let keyOffset: Float = 0.04
    private static let keyOffsetOfRests: Float = 0.025

    private static let ringSize = 1024
    /// Every look of the last seconds, and how many tonal ones there were up to it, for whole presses and for rests; a look
    /// every second hop.
    private var frames = [PairFrame](repeating: PairFrame(), count: Self.ringSize)
    private var tonalUpTo = [SIMD2<Int>](repeating: .zero, count: Self.ringSize)
    private var newest = -1
    private var mightBeTonal = false

    /// Takes the long window whose centre is hop `2 × (newest + 1)`.
    ///
    /// - Parameter mayBeTonal: Whether the short window in its middle is no edge of a tone.
    mutating func hear(_ frame: PairFrame, mayBeTonal: Bool) {
        let before = newest >= 0 && mightBeTonal ? frames[slot(newest)] : PairFrame()
        var sum = newest >= 0 ? tonalUpTo[slot(newest)] : .zero
        newest += 1
        mightBeTonal = mayBeTonal
        frames[slot(newest)] = frame
        if mayBeTonal && Self.isTonal(frame, after: before) {
            sum[0] += frame.mayBeKey(within: Self.keyOffset) ? 0 : 1
            sum[1] += frame.mayBeKey(within: Self.keyOffsetOfRests) ? 0 : 1
        }
        tonalUpTo[slot(newest)] = sum
    }

    /// The latest hop on both sides of which everything has been heard, with its long window; the first are negative.
    var latest: (hop: Int, frame: PairFrame) {
        let look = newest - Self.reach / 2
        return (2 * look, look < 0 ? PairFrame() : frames[slot(look)])
    }

    /// Tonal looks in the second before `hop`, for whole presses and for rests.
    func tonalLooks(before hop: Int) -> SIMD2<Int> { tonal(hop - Self.reach, hop - Self.margin) }

    /// Tonal looks in the second after `hop`, for whole presses and for rests.
    func tonalLooks(after hop: Int) -> SIMD2<Int> { tonal(hop + Self.margin, hop + Self.reach) }

    /// Whether so many tonal looks, before and after together, are music.
    static func areMusic(_ looks: Int) -> Bool { looks > musical }

    private func slot(_ look: Int) -> Int { look & (Self.ringSize - 1) }

    /// Those in the hops from `first` up to `last`, as far as they have been heard and are still known.
    private func tonal(_ first: Int, _ last: Int) -> SIMD2<Int> {
        let oldest = max(newest - Self.ringSize + 1, 0)
        let (from, to) = (max(first / 2, oldest), min(last / 2, newest))
        return from < to ? tonalUpTo[slot(to)] &- tonalUpTo[slot(from)] : .zero
    }

    private static func isTonal(_ frame: PairFrame, after before: PairFrame) -> Bool {
        guard frame.purity > purity, frame.levelDBm0 > leastLevel else { return false }
        let (now, then) = frame.low > frame.high ? (frame.lowHz, before.lowHz) : (frame.highHz, before.highHz)
        return abs(now - then) < step * now
    }
}

extension PairFrame {
    /// Whether both peaks are near a key's frequencies, also where their twist is more than a press may have.
    fileprivate func mayBeKey(within distance: Float) -> Bool {
        offset < distance && abs(twist) < Surroundings.keyTwist
    }
}
