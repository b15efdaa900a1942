import Codecs

/// Watches raw samples for what they look like where their encoding, width or byte order is wrong: white noise near
/// full scale.
///
/// Noise of a line is far below full scale, and speech and tones are not white.
struct NoiseDetector {
    private let format: AudioFormat
    /// Blocks that were loud, and those of them that were white.
    private var (loud, white) = (0, 0)
    private var samples: [Float] = []

    /// What a reader says of such samples.
    static let finding = UnreadPart(
        .contradiction, "its samples are white noise near full scale, as where encoding, width or byte order are wrong")

    private static let blockFrames = 256
    /// Mean square from which a block is loud: -9 dB of full scale.
    private static let loudPower: Float = 0.125
    /// The greatest correlation at lags of one to four frames that counts as white.
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
