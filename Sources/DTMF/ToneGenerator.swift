import Glibc

/// Generates DTMF tones with the errors of real senders. The phase is continuous from press to press.
public struct ToneGenerator: Sendable {
    /// Samples per second.
    public var sampleRate: Double
    /// Level of the stronger tone in dBm0.
    public var level: Double
    /// Twist: level of the high tone minus the low one in dB. Negative is reverse twist.
    public var twist: Double
    /// Error of the low tone's frequency, as a fraction.
    public var lowOffset: Double
    /// Error of the high tone's frequency, as a fraction.
    public var highOffset: Double
    /// Seconds over which a tone rises and falls.
    public var ramp: Double
    private var lowPhase: Double
    private var highPhase: Double

    /// A generator whose tones start at the given phases in radians.
    public init(
        sampleRate: Double = 8000, level: Double = -10, twist: Double = 0, lowOffset: Double = 0,
        highOffset: Double = 0, ramp: Double = 0, lowPhase: Double = 0, highPhase: Double = 0
    ) {
        self.sampleRate = sampleRate
        self.level = level
        self.twist = twist
        self.lowOffset = lowOffset
        self.highOffset = highOffset
        self.ramp = ramp
        self.lowPhase = lowPhase
        self.highPhase = highPhase
    }

    /// The tone of `key` for `seconds`. Samples are in −1…1 unless `level` exceeds full scale.
    public mutating func tone(_ key: Key, seconds: Double) -> [Float] {
        let count = max(0, Int((seconds * sampleRate).rounded()))
        let rampCount = min(Int(ramp * sampleRate), count / 2)
        let lowAmplitude = Level.amplitude(dBm0: level - max(twist, 0))
        let highAmplitude = Level.amplitude(dBm0: level + min(twist, 0))
        let lowStep = 2 * Double.pi * key.lowHz * (1 + lowOffset) / sampleRate
        let highStep = 2 * Double.pi * key.highHz * (1 + highOffset) / sampleRate
        let (low, high) = (lowPhase, highPhase)
        lowPhase = (low + lowStep * Double(count)).truncatingRemainder(dividingBy: 2 * .pi)
        highPhase = (high + highStep * Double(count)).truncatingRemainder(dividingBy: 2 * .pi)
        return (0..<count).map { n in
            let edge = min(n, count - 1 - n)
            let gain = edge < rampCount ? (Double(edge) + 0.5) / Double(rampCount) : 1
            let sum = lowAmplitude * sin(low + lowStep * Double(n)) + highAmplitude * sin(high + highStep * Double(n))
            return Float(gain * sum)
        }
    }

    /// Zeros for `seconds`.
    public func silence(seconds: Double) -> [Float] {
        [Float](repeating: 0, count: max(0, Int((seconds * sampleRate).rounded())))
    }

    /// The tones of `keys`, each `on` seconds long and followed by `off` seconds of silence.
    public mutating func sequence(_ keys: some Sequence<Key>, on: Double, off: Double) -> [Float] {
        var samples: [Float] = []
        for key in keys {
            samples += tone(key, seconds: on)
            samples += silence(seconds: off)
        }
        return samples
    }
}
