/// A key press found in one channel: its key, its time and its measurements.
public struct KeyPress: Sendable, Hashable {
    public var key: Key
    /// First sample of the tone, counted from the first sample of the stream.
    public var start: Int
    /// One past the last sample of the tone.
    public var end: Int
    /// Measured frequency of the low tone in Hz.
    public var lowHz: Double
    /// Measured frequency of the high tone in Hz.
    public var highHz: Double
    /// Level of the stronger tone in dBm0.
    public var levelDBm0: Double
    /// Twist: level of the high tone minus the low one in dB. Negative is reverse twist.
    public var twist: Double
    /// Power of the pair relative to the rest of the band, in dB.
    public var signalToNoise: Double

    public init(
        key: Key, start: Int, end: Int, lowHz: Double, highHz: Double, levelDBm0: Double, twist: Double,
        signalToNoise: Double
    ) {
        self.key = key
        self.start = start
        self.end = end
        self.lowHz = lowHz
        self.highHz = highHz
        self.levelDBm0 = levelDBm0
        self.twist = twist
        self.signalToNoise = signalToNoise
    }
}

/// What a detector reports while it listens.
public enum DetectorEvent: Sendable, Hashable {
    /// A key is pressed. Reported as soon as it is decided, within 35 ms of `onset` (sample index).
    case decided(Key, onset: Int)
    /// The press is over. Exactly one follows each ``decided(_:onset:)``.
    case ended(KeyPress)
}
