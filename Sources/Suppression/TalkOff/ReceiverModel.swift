internal import DTMF

/// A receiver that asks for little.
struct ReceiverModel: Sendable {
    /// A limit that the receiver asks for, and what may be left so that it is safely not met.
    typealias Limit = (asked: Float, left: Float)

    /// Hops that it hears at a time.
    let hops: Int
    /// Share of the pair in all power.
    let share: Limit
    /// Power of the weaker tone over that of the stronger one.
    let twist: Limit
    /// Largest power of another tone of a group over the strongest one's.
    let rival: Float

    static let all = [
        // multimon-ng hears 40 ms and asks for a share of 40 %, a twist of 4 dB and a distance of 10 dB.
        ReceiverModel(hops: 40, share: (0.38, 0.34), twist: (0.37, 0.25), rival: 0.11),
        // spandsp hears two blocks of 12.75 ms and asks for 82 %, 8 dB (or 12 dB where set so) and 8 dB.
        ReceiverModel(hops: 24, share: (0.75, 0.70), twist: (0.06, 0.04), rival: 0.18),
    ]

    /// A pair that the receiver detects. Powers are mean squares.
    struct Key {
        var low: Int
        var high: Int
        var lowPower: Float
        var highPower: Float
        /// Power of everything.
        var total: Float
    }

    /// The pair in the last ``hops``, a multiple of 8.
    func key(in bank: borrowing ToneBank, _ sound: ToneBank.Sound) -> Key? {
        key(bank.power(pieces: hops / 8, of: sound), of: bank.total(length: hops, of: sound))
    }

    /// The pair in the powers of the tones, or `nil` if the receiver detects none.
    ///
    /// - Parameter total: The power of everything.
    func key(_ power: Float8, of total: @autoclosure () -> Float) -> Key? {
        let (low, high) = power.strongestPair
        let (a, b) = (power[low], power[4 + high])
        guard a > twist.asked * b, b > twist.asked * a else { return nil }
        guard power.second(from: 0) <= rival * a, power.second(from: 4) <= rival * b else { return nil }
        let total = total()
        guard a + b > share.asked * total else { return nil }
        return Key(low: low, high: high, lowPower: a, highPower: b, total: total)
    }

    /// Share of the amplitude of the weaker tone that may be left, so that either the twist or the share is too little.
    func kept(of key: Key, isLowWeaker: Bool) -> Float {
        let (tone, other) = isLowWeaker ? (key.lowPower, key.highPower) : (key.highPower, key.lowPower)
        // With a share k of its power left: k·tone + other = share·(total − (1 − k)·tone).
        let byShare = (share.left * (key.total - tone) - other) / ((1 - share.left) * tone)
        return max(0, min(1, max(twist.left * other / tone, byShare))).squareRoot()
    }
}

/// A receiver that asks for two blocks of 12 ms, one right after the other, that are nearly all pair.
///
/// spandsp's blocks are 12.75 ms. Over both blocks at once a voice that moves would be less of a pair.
struct TwoBlockReceiver: Sendable {
    /// What one block must show; spandsp asks for 82 %, 12 dB of twist and 8 dB at its most sensitive.
    static let block = ReceiverModel(hops: 12, share: (0.79, 0.72), twist: (0.06, 0.03), rival: 0.18)
    /// Largest power of the weaker tone over the stronger one's.
    ///
    /// With more, much of the voice would be lost for a digit that two blocks seldom fall upon just so.
    private static let largestBalance: Float = 0.4
    /// Hops between the ends of two blocks.
    private static let distances = 12...14
    /// Blocks remembered, a power of two.
    private static let remembered = 16

    /// The pairs of the last blocks, and the hops after which they were heard.
    private var heard = [(hop: Int, low: Int, high: Int)](repeating: (0, 0, 0), count: remembered)

    /// The pair that two blocks hold, the second of which ends now.
    mutating func key(in bank: borrowing ToneBank) -> ReceiverModel.Key? {
        guard let key = Self.block.key(bank.sharpPower12, of: bank.total(length: 12)) else { return nil }
        let now = bank.hops
        let mask = Self.remembered - 1
        heard[now & mask] = (now, key.low, key.high)
        guard min(key.lowPower, key.highPower) < Self.largestBalance * max(key.lowPower, key.highPower) else {
            return nil
        }
        return Self.distances.contains { heard[(now - $0) & mask] == (now - $0, key.low, key.high) } ? key : nil
    }
}
