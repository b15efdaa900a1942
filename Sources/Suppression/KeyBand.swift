internal import Glibc

/// A band-pass over the frequencies of keys, 650 to 1,700 Hz: what speech has elsewhere would drown an echo.
///
/// The second-order band-pass of constant peak gain, centred on the geometric mean, of R. Bristow-Johnson's cookbook of biquad filters.
struct KeyBand: Sendable {
    private let gain: Float
    private let feedback: (Float, Float)
    private var input: (Float, Float) = (0, 0)
    private var output: (Float, Float) = (0, 0)

    init(sampleRate: Double) {
        let (low, high) = (650.0, 1700.0)
        let centre = (low * high).squareRoot()
        let turn = 2 * Double.pi * centre / sampleRate
        let alpha = sin(turn) * (high - low) / (2 * centre)
        gain = Float(alpha / (1 + alpha))
        feedback = (Float(-2 * cos(turn) / (1 + alpha)), Float((1 - alpha) / (1 + alpha)))
    }

    @inline(__always) mutating func take(_ sample: Float) -> Float {
        let result = gain * (sample - input.1) - feedback.0 * output.0 - feedback.1 * output.1
        input = (sample, input.0)
        output = (result, output.0)
        return result
    }
}
