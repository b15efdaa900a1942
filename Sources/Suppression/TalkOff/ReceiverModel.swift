internal import DTMF

/// A model of a receiver that accepts a digit more readily than real receivers.
struct ReceiverModel: Sendable {
    /// `asked` is the limit for a digit. `left` is the value, safely below it, that attenuation leaves.
    typealias Limit = (asked: Float, left: Float)

    /// Hops that it examines at a time.
    let hops: Int
    /// Share of the pair in the whole power.
    let share: Limit
    /// Power of the weaker tone relative to the stronger one.
    let twist: Limit
    /// Largest power of another tone of a group, relative to the strongest one.
    let rival: Float

    static let all = [
        // multimon-ng hears 40 ms. It requires a share of 40 %, a twist below 4 dB and 10 dB to the other tones.
        ReceiverModel(hops: 40, share: (0.38, 0.34), twist: (0.37, 0.25), rival: 0.11),
        // spandsp hears two blocks of 12.75 ms. It requires 82 %, a twist below 8 dB (or 12 dB, a setting) and 8 dB.
        ReceiverModel(hops: 24, share: (0.75, 0.70), twist: (0.06, 0.04), rival: 0.18),
    ]

    /// A pair that the receiver detects. Powers are mean squares.
    struct Key {
        var low: Int
        var high: Int
        var lowPower: Float
        var highPower: Float
        /// Power of the whole sound.
        var total: Float
    }

    /// The pair in the last ``hops``, which are a multiple of 8; `nil` if the receiver detects none.
    func key(in bank: borrowing ToneBank, _ sound: ToneBank.Sound) -> Key? {
        key(bank.power(pieces: hops / 8, of: sound), of: bank.total(length: hops, of: sound))
    }

    /// The pair in the powers of the tones; `nil` if the receiver detects none.
    ///
    /// - Parameter total: The power of the whole sound.
    func key(_ power: Float8, of total: @autoclosure () -> Float) -> Key? {
        let (low, high) = power.strongestPair
        let (a, b) = (power[low], power[4 + high])
        guard a > twist.asked * b, b > twist.asked * a else { return nil }
        guard power.second(from: 0) <= rival * a, power.second(from: 4) <= rival * b else { return nil }
        let total = total()
        guard a + b > share.asked * total else { return nil }
        return Key(low: low, high: high, lowPower: a, highPower: b, total: total)
    }

    /// Share of the weaker tone's amplitude that may stay. Either the twist or the share is then outside its limit.
    func kept(of key: Key, isLowWeaker: Bool) -> Float {
        let (tone, other) = isLowWeaker ? (key.lowPower, key.highPower) : (key.highPower, key.lowPower)
        // With a share k of its power left: k·tone + other = share·(total − (1 − k)·tone).
        let byShare = (share.left * (key.total - tone) - other) / ((1 - share.left) * tone)
        return max(0, min(1, max(twist.left * other / tone, byShare))).squareRoot()
    }
}

/// A model of a receiver that requires two successive blocks of 12 ms in which the pair is nearly the whole sound.
///
/// The blocks of spandsp are 12.75 ms. A moving voice has a smaller share of a pair over both blocks together.
struct TwoBlockReceiver: Sendable {
    /// Limits of one block. spandsp at its most sensitive requires 82 %, a twist below 12 dB and 8 dB.
    static let block = ReceiverModel(hops: 12, share: (0.79, 0.72), twist: (0.06, 0.03), rival: 0.18)
    /// Largest power of the weaker tone, relative to the stronger one.
    ///
    /// Above this, attenuation would cost much of the voice. Two blocks of a real receiver seldom fall on such a place.
    private static let largestBalance: Float = 0.4
    /// Hops between the ends of two blocks.
    private static let distances = 12...14
    /// Number of blocks remembered, a power of two.
    private static let remembered = 16

    /// The pairs of the last blocks, and the hop after which each was heard.
    private var heard = [Block](repeating: Block(hop: 0, low: 0, high: 0), count: remembered)

    private struct Block: Equatable {
        var hop: UInt32
        var low: Int8
        var high: Int8

        init(hop: Int, low: Int, high: Int) {
            (self.hop, self.low, self.high) = (UInt32(truncatingIfNeeded: hop), Int8(low), Int8(high))
        }
    }

    /// The pair that two successive blocks hold; the second one ends now.
    mutating func key(in bank: borrowing ToneBank) -> ReceiverModel.Key? {
        guard let key = Self.block.key(bank.sharpPower12, of: bank.total(length: 12)) else { return nil }
        let now = bank.hops
        let mask = Self.remembered - 1
        heard[now & mask] = Block(hop: now, low: key.low, high: key.high)
        guard min(key.lowPower, key.highPower) < Self.largestBalance * max(key.lowPower, key.highPower) else {
            return nil
        }
        return Self.distances.contains {
            heard[(now - $0) & mask] == Block(hop: now - $0, low: key.low, high: key.high)
        } ? key : nil
    }
}
