/// The level of the loudest 10 ms in any channel of interleaved audio.
public struct LoudestLevel: Sendable {
    private let channels: Int
    private let block: Int
    private var energies: [Float]
    private var taken = 0
    /// Largest mean square.
    private var most: Float = 0

    /// - Parameters:
    ///   - sampleRate: Frames a second.
    ///   - channels: Number of channels, 1 or more.
    public init(sampleRate: Double, channels: Int) {
        self.channels = channels
        block = max(1, Int(0.010 * sampleRate))
        energies = Array(repeating: 0, count: channels)
    }

    /// Level of a sine of that power, in dBm0; −∞ for silence.
    public var dBm0: Double { Level.dBm0(amplitude: Double(2 * most).squareRoot()) }

    /// Takes whole interleaved frames of samples in −1…1.
    public mutating func process(_ samples: Span<Float>) {
        var first = 0
        while first < samples.count {
            let count = min(block - taken, (samples.count - first) / channels)
            for channel in 0..<channels { energies[channel] += energy(samples, from: first + channel, count) }
            (first, taken) = (first + count * channels, taken + count)
            if taken == block { close() }
        }
    }

    /// Ends the audio and counts the last block, which may be incomplete.
    public mutating func finish() { close() }

    private mutating func close() {
        if taken > 0 { most = max(most, (energies.max() ?? 0) / Float(taken)) }
        taken = 0
        for channel in energies.indices { energies[channel] = 0 }
    }

    /// Sum of the squares of `count` samples of one channel. Four partial sums do not wait for one another.
    private func energy(_ samples: Span<Float>, from first: Int, _ count: Int) -> Float {
        var sums = SIMD4<Float>()
        var index = first
        let last = first + count * channels
        while index + 3 * channels < last {
            let four = SIMD4(
                samples[index], samples[index + channels], samples[index + 2 * channels], samples[index + 3 * channels])
            sums += four * four
            index += 4 * channels
        }
        while index < last {
            sums[0] += samples[index] * samples[index]
            index += channels
        }
        return sums.sum()
    }
}
