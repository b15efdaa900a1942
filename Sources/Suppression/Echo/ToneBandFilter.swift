internal import Glibc

/// A band-pass filter over the signalling frequencies, 650 to 1,700 Hz.
///
/// Speech outside this band would cover an echo. The filter is the second-order band-pass with constant peak gain from
/// R. Bristow-Johnson's cookbook of biquad filters. It is centred on the geometric mean of its corners.
struct ToneBandFilter: Sendable {
    /// Corners of the band, in Hz.
    private static let (low, high) = (650.0, 1700.0)

    private let gain: Float
    private let feedback: (Float, Float)
    private var input: (Float, Float) = (0, 0)
    private var output: (Float, Float) = (0, 0)

    init(sampleRate: Double) {
        let (low, high) = (Self.low, Self.high)
        let centre = (low * high).squareRoot()
        let turn = 2 * Double.pi * centre / sampleRate
        let alpha = sin(turn) * (high - low) / (2 * centre)
        gain = Float(alpha / (1 + alpha))
        feedback = (Float(-2 * cos(turn) / (1 + alpha)), Float((1 - alpha) / (1 + alpha)))
    }

    /// Takes one sample and returns the filtered one.
    @inline(__always) mutating func take(_ sample: Float) -> Float {
        let result = gain * (sample - input.1) - feedback.0 * output.0 - feedback.1 * output.1
        input = (sample, input.0)
        output = (result, output.0)
        return result
    }
}
