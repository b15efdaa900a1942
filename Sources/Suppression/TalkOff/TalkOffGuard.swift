/// Finds talk-off: speech in which a receiver would detect a digit, because two harmonics of a voice stand near its
/// tones.
///
/// Three receiver models, each less careful than the receivers it stands for, listen every millisecond, since
/// another receiver's blocks may begin at any one. Two of them hear the sound as it is and as an overdriven input makes
/// it. ``TwoBlockReceiver`` hears the sound alone. A digit that a model detects loses as much of its weaker tone as
/// makes it none, in what has not left yet.
struct TalkOffGuard: Sendable {
    /// A digit that a receiver detects in speech.
    struct FalseDigit: Sendable {
        /// Indices 0 to 3 in the low and the high group.
        let low: Int
        let high: Int
        /// Whether the low tone was the weaker one at the beginning: the tone to attenuate.
        let isLowWeaker: Bool
        /// Hops after which it was detected first and last.
        fileprivate let began: Int
        fileprivate var heard: Int
        /// Share of the tone's amplitude in a window that may be left.
        fileprivate var kept: Float = 1
        /// Share of the tone's amplitude to subtract from what has not left.
        fileprivate(set) var surplus: Float = 0
        /// Seconds of what has not left that lose it: no more than was heard. A voice that moves had another phase
        /// before.
        fileprivate(set) var reach = 0.0
    }

    /// Largest ``FalseDigit/reach`` in seconds.
    static let reach = 0.020
    /// Amplitude of the overdriven input over the input: 20 dB.
    static let drive: Float = 10
    /// Power under which no receiver hears anything, mean square.
    static let leastPower: Float = 1e-7
    /// Hops of silence after which a false digit is a new one.
    private static let gapHops = 20
    /// Hops that the longest receiver model hears.
    static let longestHops = 40

    private var last: FalseDigit?
    private var twoBlocks = TwoBlockReceiver()

    /// The digit that a receiver would detect in the last milliseconds, or `nil`.
    ///
    /// The screen of the tone bank tells when to ask: in every hop in which a model hears anything.
    mutating func falseDigit(in sound: borrowing ToneBank) -> FalseDigit? {
        guard sound.hops >= Self.longestHops, sound.total(length: 8) > Self.leastPower else { return nil }
        // The two-block model must hear every hop: it depends on what it heard before.
        let twice = twoBlocks.key(in: sound)
        for receiver in ReceiverModel.all {
            let isClipped = sound.isClipped(within: receiver.hops)
            guard let key = receiver.key(in: sound, .plain) ?? (isClipped ? receiver.key(in: sound, .overdriven) : nil)
            else { continue }
            return note(key, of: receiver, now: sound.hops)
        }
        return twice.map { note($0, of: TwoBlockReceiver.block, now: sound.hops) }
    }

    private mutating func note(_ key: ReceiverModel.Key, of receiver: ReceiverModel, now: Int) -> FalseDigit {
        var digit =
            last.flatMap { now - $0.heard <= Self.gapHops && $0.low == key.low && $0.high == key.high ? $0 : nil }
            ?? FalseDigit(
                low: key.low, high: key.high, isLowWeaker: key.lowPower < key.highPower, began: now, heard: now)
        digit.heard = now
        digit.kept = min(digit.kept, receiver.kept(of: key, isLowWeaker: digit.isLowWeaker))
        // What left before the detection is lost; the rest of the window loses more.
        let within = min(receiver.hops, Int(1000 * Self.reach) + now - digit.began)
        digit.reach = min(Self.reach, Double(receiver.hops) / 1000)
        digit.surplus = min(1, (1 - digit.kept) * Float(receiver.hops) / Float(within))
        last = digit
        return digit
    }
}
