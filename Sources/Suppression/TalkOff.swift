/// Looks for speech that a receiver would take for a key: two harmonics of a voice stand near the tones of one for long enough.
///
/// Three ears, each less careful than the receivers it stands for, listen at every millisecond, since nobody knows where another's blocks
/// begin: two of them to the sound as it is and to what an overdriven input makes of it, ``TwoLooks`` to the sound alone. What they take for a
/// key loses as much of the weaker of its two tones as makes it none, in what has not left yet.
struct TalkOff: Sendable {
    /// A key that a receiver hears where there is none.
    struct Mistake: Sendable {
        /// Indices 0 to 3 in the low and the high group.
        let low: Int
        let high: Int
        /// Whether the low tone is the one to be weakened: the weaker one when it began.
        let isOfLow: Bool
        /// Hops after which it was heard first and last.
        fileprivate let began: Int
        fileprivate var heard: Int
        /// Share of the tone's amplitude in a window that may be left.
        fileprivate var kept: Float = 1
        /// Share of the tone's amplitude to be taken out of what has not left.
        fileprivate(set) var surplus: Float = 0
        /// Seconds of what has not left that lose it: no more than was heard, since a voice that moves had another phase before.
        fileprivate(set) var reach = 0.0
    }

    /// Seconds of what has not left that lose a tone at most.
    static let reach = 0.020
    /// Amplitude of an overdriven input over that of this one: 20 dB.
    private static let drive: Float = 10
    /// Power below which nothing is heard.
    private static let leastPower: Float = 1e-7
    /// Hops of silence after which a mistake is another one.
    private static let memory = 20

    private var overdriven: ToneBank
    /// Samples since the overdriven sound was last another than the sound itself.
    private var sinceClipped = Int.max / 2
    private var last: Mistake?
    private var looks = TwoLooks()

    init(sampleRate: Double) { overdriven = ToneBank(sampleRate: sampleRate) }

    /// Takes one sample, which the bank of the sound as it is takes too.
    @inline(__always) mutating func take(_ sample: Float) {
        let driven = Self.drive * sample
        sinceClipped = abs(driven) > 1 ? 0 : sinceClipped + 1
        _ = overdriven.take(max(-1, min(1, driven)))
    }

    /// The key that the last milliseconds are taken for.
    ///
    /// - Parameter sound: The sound as it is.
    mutating func mistake(in sound: borrowing ToneBank) -> Mistake? {
        guard sound.hops >= 40, sound.total(length: 8) > Self.leastPower else { return nil }
        // Each millisecond, whoever else hears something: it goes by what it heard before.
        let twice = looks.key(in: sound)
        for ear in Ear.all {
            let isClipped = sinceClipped < ear.hops * sound.hop
            guard let key = ear.key(in: sound) ?? (isClipped ? ear.key(in: overdriven) : nil) else { continue }
            return mistake(key, by: ear, now: sound.hops)
        }
        return twice.map { mistake($0, by: TwoLooks.ear, now: sound.hops) }
    }

    private mutating func mistake(_ key: Ear.Key, by ear: Ear, now: Int) -> Mistake {
        var mistake =
            last.flatMap { now - $0.heard <= Self.memory && $0.low == key.low && $0.high == key.high ? $0 : nil }
            ?? Mistake(low: key.low, high: key.high, isOfLow: key.lowPower < key.highPower, began: now, heard: now)
        mistake.heard = now
        mistake.kept = min(mistake.kept, ear.keeps(of: key, isOfLow: mistake.isOfLow))
        // What left before the key was heard cannot be helped; the rest of the window loses more.
        let within = min(ear.hops, Int(1000 * Self.reach) + now - mistake.began)
        mistake.reach = min(Self.reach, Double(ear.hops) / 1000)
        mistake.surplus = min(1, (1 - mistake.kept) * Float(ear.hops) / Float(within))
        last = mistake
        return mistake
    }
}

/// A receiver that asks for two looks of 12 ms, one right behind the other, at which a pair is nearly all there is (spandsp's are 12.75 ms).
///
/// Heard over both at once, a voice that moves meanwhile would be less of a pair.
private struct TwoLooks: Sendable {
    /// 82 %, 12 dB of twist and 8 dB in spandsp where it is set to hear much.
    static let ear = Ear(hops: 12, share: (0.79, 0.72), twist: (0.06, 0.03), rival: 0.18)
    /// Power of the weaker tone over the stronger one's up to which it is taken out: more would be much of the voice, for a key that two looks
    /// seldom fall upon just so.
    private static let most: Float = 0.4
    /// Hops between the ends of two looks.
    private static let apart = 12...14

    /// The keys of the last looks, and the hops after which they were heard.
    private var heard = [(hop: Int, low: Int, high: Int)](repeating: (0, 0, 0), count: 16)

    mutating func key(in bank: borrowing ToneBank) -> Ear.Key? {
        guard let key = Self.ear.key(bank.sharpPower12, of: bank.total(length: 12)) else { return nil }
        let now = bank.hops
        heard[now & 15] = (now, key.low, key.high)
        guard min(key.lowPower, key.highPower) < Self.most * max(key.lowPower, key.highPower) else { return nil }
        return Self.apart.contains { heard[(now - $0) & 15] == (now - $0, key.low, key.high) } ? key : nil
    }
}

/// A receiver that asks for little.
private struct Ear: Sendable {
    /// Hops that it hears at a time.
    let hops: Int
    /// Share of the pair in all power that it asks for, and that may be left.
    let share: (asked: Float, left: Float)
    /// Power of the weaker tone over the stronger one's that it asks for, and that may be left.
    let twist: (asked: Float, left: Float)
    /// Power of another tone of a group over the strongest one's that it lets pass.
    let rival: Float

    static let all = [
        // Hears long and asks for little but a small twist: 40 ms, 40 %, 4 dB and 10 dB in multimon-ng.
        Ear(hops: 40, share: (0.38, 0.34), twist: (0.37, 0.25), rival: 0.11),
        // Two blocks of 12.75 ms that are nearly all pair: 82 %, 8 dB, or 12 dB where set so, and 8 dB in spandsp.
        Ear(hops: 24, share: (0.75, 0.70), twist: (0.06, 0.04), rival: 0.18),
    ]

    struct Key {
        var low: Int
        var high: Int
        var lowPower: Float
        var highPower: Float
        /// Power of everything.
        var total: Float
    }

    /// The key in the last hops, which are a multiple of 8.
    func key(in bank: borrowing ToneBank) -> Key? {
        key(bank.power(pieces: hops / 8), of: bank.total(length: hops))
    }

    /// The key in the powers of the tones, out of the power of everything.
    func key(_ power: Lanes, of total: @autoclosure () -> Float) -> Key? {
        let (low, high) = power.strongestPair
        let (a, b) = (power[low], power[4 + high])
        guard a > twist.asked * b, b > twist.asked * a else { return nil }
        guard power.second(from: 0) <= rival * a, power.second(from: 4) <= rival * b else { return nil }
        let total = total()
        guard a + b > share.asked * total else { return nil }
        return Key(low: low, high: high, lowPower: a, highPower: b, total: total)
    }

    /// How much of the amplitude of one tone of `key` may be left so that either the twist or the share is no key's.
    func keeps(of key: Key, isOfLow: Bool) -> Float {
        let (tone, other) = isOfLow ? (key.lowPower, key.highPower) : (key.highPower, key.lowPower)
        // Of power k·tone that is left: k·tone + other = share·(total − (1 − k)·tone).
        let byShare = (share.left * (key.total - tone) - other) / ((1 - share.left) * tone)
        return max(0, min(1, max(twist.left * other / tone, byShare))).squareRoot()
    }
}
