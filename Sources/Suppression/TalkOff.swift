/// Looks for speech that a receiver would take for a key: two harmonics of a voice stand near the tones of one for long enough.
///
/// Two ears, each less careful than the receivers it stands for, listen at every millisecond, since nobody knows where another's blocks
/// begin, and each to the sound as it is and to what an overdriven input makes of it. What they take for a key loses the weaker
/// of its two tones, which makes it none.
struct TalkOff: Sendable {
    /// A receiver that asks for little.
    private struct Ear: Sendable {
        /// Pieces of 8 ms that it hears at a time.
        var pieces: Int
        /// Share of the pair in all power that it asks for.
        var share: Float
        /// Power of the weaker tone over the stronger one's that it asks for.
        var twist: Float
        /// The same that is left, so that the receiver it stands for asks for more.
        var left: Float
        /// Power of another tone of a group over the strongest one's that it lets pass.
        var rival: Float
    }

    private static let ears = [
        // Hears long and asks for little but a small twist: 40 ms, 40 %, 4 dB and 10 dB in multimon-ng.
        Ear(pieces: 5, share: 0.38, twist: 0.37, left: 0.29, rival: 0.11),
        // Two blocks of 12.75 ms that are nearly all pair: 82 %, 8 dB, or 12 dB where set so, and 8 dB in spandsp.
        Ear(pieces: 3, share: 0.75, twist: 0.06, left: 0, rival: 0.18),
    ]
    /// Seconds of what is still to leave that lose a tone.
    static let reach = 0.020
    /// Amplitude of an overdriven input over that of this one: 20 dB.
    private static let drive: Float = 10
    /// Power below which nothing is heard.
    private static let leastPower: Float = 1e-7

    /// Hops after which a mistake is another one.
    private static let memory = 20

    private var overdriven: ToneBank
    private var last: (mistake: Mistake, hop: Int)?

    init(sampleRate: Double) { overdriven = ToneBank(sampleRate: sampleRate) }

    /// Takes one sample, which the bank of the sound as it is takes too.
    @inline(__always) mutating func take(_ sample: Float) {
        _ = overdriven.take(max(-1, min(1, Self.drive * sample)))
    }

    /// A key that a receiver hears where there is none.
    struct Mistake: Sendable {
        /// Indices 0 to 3 in the low and the high group.
        var low: Int
        var high: Int
        /// Whether the low tone is the one to be weakened.
        var isOfLow: Bool
        /// Share of its amplitude to be taken out.
        var surplus: Float
    }

    /// The key that the last milliseconds are taken for.
    ///
    /// - Parameter sound: The sound as it is.
    mutating func mistake(in sound: borrowing ToneBank) -> Mistake? {
        guard sound.hops >= 40, sound.total(length: 8) > Self.leastPower else { return nil }
        for ear in Self.ears {
            if let key = Self.key(in: sound, ear) ?? Self.key(in: overdriven, ear) {
                return weaken(key, ear, at: sound.hops)
            }
        }
        return nil
    }

    /// The weaker tone of a key, or the one that was weakened already, since the other may fade meanwhile.
    private mutating func weaken(_ key: Key, _ ear: Ear, at hop: Int) -> Mistake {
        let before = last.flatMap { last in
            hop - last.hop <= Self.memory && last.mistake.low == key.low && last.mistake.high == key.high
                ? last.mistake : nil
        }
        let isOfLow = before?.isOfLow ?? (key.lowPower < key.highPower)
        let ratio = isOfLow ? key.highPower / key.lowPower : key.lowPower / key.highPower
        // A part of the window has left already: twice as much goes of the rest.
        let surplus = min(1, max(before?.surplus ?? 0, 2 * (1 - (ear.left * ratio).squareRoot())))
        let mistake = Mistake(low: key.low, high: key.high, isOfLow: isOfLow, surplus: surplus)
        last = (mistake, hop)
        return mistake
    }

    private struct Key {
        var low: Int
        var high: Int
        var lowPower: Float
        var highPower: Float
    }

    private static func key(in bank: borrowing ToneBank, _ ear: Ear) -> Key? {
        let power = bank.power(pieces: ear.pieces)
        var (low, high) = (0, 0)
        for k in 1..<4 {
            if power[k] > power[low] { low = k }
            if power[4 + k] > power[4 + high] { high = k }
        }
        let (a, b) = (power[low], power[4 + high])
        guard a > ear.twist * b, b > ear.twist * a, a + b > ear.share * bank.total(length: 8 * ear.pieces) else {
            return nil
        }
        for k in 0..<4 {
            if k != low, power[k] > ear.rival * a { return nil }
            if k != high, power[4 + k] > ear.rival * b { return nil }
        }
        return Key(low: low, high: high, lowPower: a, highPower: b)
    }
}
