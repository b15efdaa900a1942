internal import Glibc

/// Successive windows that show one pair of tones.
struct PressRun {
    /// Running mean and standard deviation (Welford 1962).
    struct Statistics {
        private(set) var count: Float = 0
        private(set) var mean: Float = 0
        private var squares: Float = 0

        mutating func add(_ value: Float) {
            count += 1
            let before = value - mean
            mean += before / count
            squares += before * (value - mean)
        }

        /// Standard deviation as a fraction of the mean.
        var relative: Float { count > 0 && mean > 0 ? (squares / count).squareRoot() / mean : 0 }
    }

    /// First and last hop whose window is centred inside the tones.
    private(set) var first: Int
    private(set) var last: Int
    private(set) var lowHz = Statistics()
    private(set) var highHz = Statistics()
    /// High tone minus low tone in dB.
    private(set) var twist = Statistics()
    /// Level of the strongest window in dBm0.
    private(set) var level: Float = -200
    private var firstLevel: Float = -200
    private var windows: Int { Int(lowHz.count) }
    private var lowOffset = Statistics()
    private var highOffset = Statistics()
    private var latest = PairFrame()
    /// Purities of the last six windows, newest first, and levels of both tones in dB.
    private var recent = [6 of Float](repeating: 0)
    private var recentLow = [6 of Float](repeating: 0)
    private var recentHigh = [6 of Float](repeating: 0)
    /// The best purity of two, four and six successive windows. The purity of several windows is that of the worst.
    private var bestOfTwo: Float = 0
    private var bestOfFour: Float = 0
    /// The same for windows in which the level of each tone changed little.
    private var bestOfSix: Float = 0
    /// The same for four windows in which the twist changed little.
    private var bestOfFourInStep: Float = 0

    init(channelHop: Int) {
        first = channelHop
        last = channelHop
    }

    /// Whether a window may be part of a press.
    static func mayBelong(_ frame: PairFrame) -> Bool {
        frame.toneRatio > Threshold.windowToneRatio && frame.levelDBm0 > Threshold.minimumLevel
            && Threshold.twist.contains(frame.twist) && isNearKey(frame)
    }

    /// Whether both peaks are near a key's frequencies.
    static func isNearKey(_ frame: PairFrame) -> Bool { frame.offset < Threshold.windowOffset }

    /// Whether `frame` continues this run, without a jump in pitch and without a fall to the tail of another sound.
    func follows(_ frame: PairFrame) -> Bool {
        abs(frame.lowHz / latest.lowHz - 1) < Threshold.step && abs(frame.highHz / latest.highHz - 1) < Threshold.step
            && frame.levelDBm0 > level - Threshold.edge
    }

    mutating func add(_ frame: PairFrame, hop: Int) {
        let frameLevel = frame.levelDBm0
        if frameLevel > firstLevel + Threshold.edge {
            // The earlier windows overlapped the tone only in part.
            first = hop
            firstLevel = frameLevel
        }
        last = hop
        level = max(level, frameLevel)
        latest = frame
        lowHz.add(frame.lowHz)
        highHz.add(frame.highHz)
        twist.add(frame.twist)
        lowOffset.add(Float(abs(ToneGroup.low.offset(of: Double(frame.lowHz)))))
        highOffset.add(Float(abs(ToneGroup.high.offset(of: Double(frame.highHz)))))
        Self.push(frame.toneRatio, onto: &recent)
        Self.push(10 * log10f(frame.low), onto: &recentLow)
        Self.push(10 * log10f(frame.high), onto: &recentHigh)
        let two = min(recent[0], recent[1])
        let four = min(two, recent[2], recent[3])
        let six = min(four, recent[4], recent[5])
        bestOfTwo = max(bestOfTwo, two)
        bestOfFour = max(bestOfFour, four)
        if four > bestOfFourInStep,
            Self.range(ofLast: 4, { recentHigh[$0] - recentLow[$0] }) < Threshold.steadyTwist
        {
            bestOfFourInStep = four
        }
        if six > bestOfSix,
            max(Self.range(ofLast: 6) { recentLow[$0] }, Self.range(ofLast: 6) { recentHigh[$0] })
                < Threshold.steadyLevel
        {
            bestOfSix = six
        }
    }

    private static func push(_ value: Float, onto recent: inout [6 of Float]) {
        for index in stride(from: 5, to: 0, by: -1) { recent[index] = recent[index - 1] }
        recent[0] = value
    }

    /// Difference between the largest and the smallest of the last `count` values.
    private static func range(ofLast count: Int, _ value: (Int) -> Float) -> Float {
        var (least, most) = (value(0), value(0))
        for index in 1..<count {
            least = min(least, value(index))
            most = max(most, value(index))
        }
        return most - least
    }

    /// Classification of a run, in rising order.
    enum Verdict: Comparable {
        case nothing
        /// A press, if the sounds around it confirm it (``PressSeries``).
        case doubtful
        /// A press, if there is no music around it.
        case press
        /// A press so pure and so close to a key that two notes of music hardly ever resemble it.
        case pressOverTones
    }

    var verdict: Verdict {
        if isOctave { return .nothing }
        if isPress { return isPressOverTones ? .pressOverTones : .press }
        return mayBePress ? .doubtful : .nothing
    }

    /// Whether it is a note with its octave. The tones of a key, each 1.5 % off, have a ratio of 1.98 at most.
    private var isOctave: Bool { abs(highHz.mean / lowHz.mean - 2) < Threshold.octave }

    /// Whether it is a press amid music. Two notes seldom keep their ratio, and a piano is seldom tuned to a key.
    private var isPressOverTones: Bool {
        guard max(lowOffset.mean, highOffset.mean) < Threshold.offsetAmidTones else { return false }
        if bestOfFourInStep > Threshold.fourAmidTones { return true }
        return windows >= Threshold.windowsAmidTones && bestOfFourInStep > Threshold.fourOfEight
            && max(lowHz.relative, highHz.relative) < Threshold.pitchAmidTones
    }

    private var offset: Float { max(lowOffset.mean, highOffset.mean) }
    private var spread: Float { max(lowHz.relative, highHz.relative) }

    /// Whether it is a press by itself: purer than a voice, or as steady and as close to nominal as no voice is.
    private var isPress: Bool {
        if bestOfTwo > Threshold.two {
            return offset < Threshold.nearOffset || windows >= Threshold.windowsFar && bestOfFour > Threshold.two
        }
        return mayBePress && windows >= Threshold.windowsSteady && offset < Threshold.steadyOffset
            && spread < Threshold.steadySpread
    }

    /// Whether it may be a press. A shorter run needs a higher tone ratio. A run with a lower tone ratio must be closer
    /// to nominal and steadier in pitch.
    private var mayBePress: Bool {
        if bestOfTwo > Threshold.two { return true }
        guard offset < Threshold.nearOffset else { return false }
        if windows >= Threshold.windowsOfTwo, bestOfTwo > Threshold.twoOfSix { return true }
        if bestOfFour > Threshold.four { return true }
        return bestOfSix > Threshold.six && spread < Threshold.steadySpread
    }
}

extension PressRun {
    /// Limits chosen on 22 h of speech and music without tones (53,000 runs) and 1,150 presses under speech; see
    /// <doc:Sensitivity>.
    private enum Threshold {
        /// Limits of a window in a run: purity, frequency error as a fraction, level in dBm0.
        static let windowToneRatio: Float = 0.6
        static let windowOffset: Float = 0.025
        static let minimumLevel: Float = Level.leastTone
        /// High tone minus low tone in dB.
        static let twist: ClosedRange<Float> = -14...10
        /// Change of a tone's frequency from one window to the next, as a fraction.
        static let step: Float = 0.008
        /// Fall in dB at which a window is centred outside the tone. The tone covers a third of the Hann window there.
        static let edge: Float = 10

        /// Purity of two windows that speech does not reach. The purest pair in speech reached 0.93.
        static let two: Float = 0.94
        /// Windows of that purity beyond 1.4 % from nominal, where robots' voices have shorter ones.
        static let windowsFar = 6
        /// Purity of two windows in a run of six, and of four, if both tones are within 1.4 % of nominal.
        static let nearOffset: Float = 0.014
        static let windowsOfTwo = 6
        static let twoOfSix: Float = 0.87
        static let four: Float = 0.85
        /// Purity of six windows under a talker. Pitch (as a fraction) and level (dB) must be steadier than a voice.
        static let six: Float = 0.70
        static let steadySpread: Float = 0.003
        /// Windows and frequency error of a steady run that is a press by itself.
        static let windowsSteady = 10
        static let steadyOffset: Float = 0.010
        static let steadyLevel: Float = 2
        /// Largest distance from 2 of a ratio of tones that is an octave.
        static let octave: Float = 0.004

        /// Amid music: purity of four windows, or of four in a run of eight with a steady pitch. Both tones are within
        /// 1.5 %, and the twist is steady within 3 dB. Chosen on 21.7 h of music.
        static let fourAmidTones: Float = 0.95
        static let windowsAmidTones = 8
        static let fourOfEight: Float = 0.88
        static let pitchAmidTones: Float = 0.0025
        static let offsetAmidTones: Float = 0.015
        static let steadyTwist: Float = 3
    }
}
