import Codecs

/// Detects raw samples read with a wrong encoding, width or byte order. They look like white noise near full scale.
///
/// Noise of a line is far below full scale, and speech and tones are not white.
struct NoiseDetector {
    private let format: AudioFormat
    /// Number of loud blocks, and number of white ones among them.
    private var (loud, white) = (0, 0)
    private var samples: [Float] = []

    /// The reader's report about such samples.
    static let finding = UnreadPart(
        .contradiction, "its samples are white noise near full scale, as where encoding, width or byte order are wrong")

    private static let blockFrames = 256
    /// Least mean square of a loud block: −9 dB relative to full scale.
    private static let loudPower: Float = 0.125
    /// Largest correlation at lags of one to four frames in a white block.
    private static let whiteCorrelation: Float = 0.35

    init(_ format: AudioFormat) { self.format = format }

    /// Whether most loud blocks were white, over a tenth of a second or more.
    var isNoise: Bool {
        white * Self.blockFrames * 10 >= format.sampleRate && 2 * white > loud
    }

    /// Takes whole frames.
    mutating func measure(_ bytes: Span<UInt8>) {
        format.encoding.decode(bytes, into: &samples)
        let frames = samples.count / format.channels
        for channel in 0..<format.channels {
            for first in stride(from: 0, to: frames - Self.blockFrames + 1, by: Self.blockFrames) {
                count(first, channel)
            }
        }
    }

    private mutating func count(_ first: Int, _ channel: Int) {
        var sums = SIMD8<Float>()
        let (step, start) = (format.channels, first * format.channels + channel)
        for index in 0..<Self.blockFrames {
            let sample = samples[start + index * step]
            for lag in 0..<min(5, index + 1) { sums[lag] += sample * samples[start + (index - lag) * step] }
        }
        let power = sums[0] / Float(Self.blockFrames)
        guard power >= Self.loudPower else { return }
        loud += 1
        if (1..<5).allSatisfy({ abs(sums[$0]) < Self.whiteCorrelation * sums[0] }) { white += 1 }
    }
}
