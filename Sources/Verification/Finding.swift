/// A stretch of one channel that holds the tones of a key.
package struct Finding: Sendable, Hashable {
    /// How much of a key press remains.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A whole key press, which a decoder would read.
        case digit
        /// A piece of a key press. It is too short for most decoders but long enough to reveal the key.
        case fragment
    }

    /// Channel, from 0.
    package var channel: Int
    /// First frame of the stretch, counted from the first frame of the recording.
    package var start: Int
    /// One past the last frame of the stretch.
    package var end: Int
    /// Whole press or fragment.
    package var kind: Kind
    /// Level of the stronger tone in dBm0 (a full-scale sine is +3.14 dBm0).
    package var levelDBm0: Double
    /// Measured frequency of the low tone in Hz. Together with ``highHz`` it reveals the key, so treat it as secret.
    package var lowHz: Double
    /// Measured frequency of the high tone in Hz.
    package var highHz: Double

    package init(
        channel: Int, start: Int, end: Int, kind: Kind, levelDBm0: Double, lowHz: Double, highHz: Double
    ) {
        self.channel = channel
        self.start = start
        self.end = end
        self.kind = kind
        self.levelDBm0 = levelDBm0
        self.lowHz = lowHz
        self.highHz = highHz
    }

    /// The key with these frequencies: `0`–`9`, `*`, `#`, `A`–`D`.
    ///
    /// Show it only at a user's explicit request.
    package var revealedKey: Character {
        let keys: [[Character]] = [
            ["1", "2", "3", "A"], ["4", "5", "6", "B"], ["7", "8", "9", "C"], ["*", "0", "#", "D"],
        ]
        return keys[ToneGroup.low.nearest(to: lowHz)][ToneGroup.high.nearest(to: highHz)]
    }
}
