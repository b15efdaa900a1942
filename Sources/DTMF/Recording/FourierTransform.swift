import Glibc

/// Amplitude spectra of frames under a Hann window. A frame has a power of two of samples.
package struct FourierTransform: Sendable {
    private let size: Int
    private let window: [Float]
    private let turns: [(cosine: Float, sine: Float)]
    private let order: [Int]
    private var real: [Float]
    private var imaginary: [Float]

    package init(size: Int) {
        precondition(size > 1 && size & (size - 1) == 0, "a power of two")
        self.size = size
        window = (0..<size).map { Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(size))) }
        turns = (0..<size / 2).map { index in
            let angle = -2 * .pi * Double(index) / Double(size)
            return (Float(cos(angle)), Float(sin(angle)))
        }
        let shift = Int.bitWidth - size.trailingZeroBitCount
        order = (0..<size).map { index in
            var (reversed, rest) = (0, index << shift)
            for bit in 0..<size.trailingZeroBitCount {
                if rest < 0 { reversed |= 1 << bit }
                rest <<= 1
            }
            return reversed
        }
        real = [Float](repeating: 0, count: size)
        imaginary = real
    }

    /// A transform of the same size with work space of its own. The tables are shared.
    package init(sharing other: FourierTransform) {
        self = other
        real = [Float](repeating: 0, count: size)
        imaginary = real
        // Space that two arrays share would be copied at the first write.
        imaginary[0] = 0
    }

    /// Peak value of a tone at the centre of each bin up to half the rate, in the frame that begins at `first`.
    mutating func amplitudes(_ samples: [Float], at first: Int) -> [Float] {
        take { samples[first + $0] }
        return (0..<size / 2).map { amplitude(at: $0) }
    }

    /// Transforms the frame whose samples `sample` gives. Allocates nothing.
    package mutating func take(_ sample: (Int) -> Float) {
        for index in 0..<size {
            real[order[index]] = sample(index) * window[index]
            imaginary[index] = 0
        }
        var half = 1
        while half < size {
            for start in stride(from: 0, to: size, by: 2 * half) { combine(start, half) }
            half *= 2
        }
    }

    /// Peak value of a tone at the centre of `bin`, in the frame that was taken last.
    package func amplitude(at bin: Int) -> Float {
        // The sum of the window is half its length, and half of a tone lies at the negative frequency.
        let scale = 4 / Float(size)
        return scale * (real[bin] * real[bin] + imaginary[bin] * imaginary[bin]).squareRoot()
    }

    /// Place of a tone relative to the centre of its strongest bin, −0.5 to 0.5 bins, by the amplitudes of that bin and
    /// its neighbours under a Hann window.
    package static func place(below: Double, at: Double, above: Double) -> Double {
        let ratio = max(below, above) / at
        let place = (2 * ratio - 1) / (ratio + 1)
        return above > below ? place : -place
    }

    /// Combines two transforms of `half` values.
    private mutating func combine(_ start: Int, _ half: Int) {
        let stride = size / (2 * half)
        for index in 0..<half {
            let turn = turns[index * stride]
            let (a, b) = (start + index, start + index + half)
            let re = real[b] * turn.cosine - imaginary[b] * turn.sine
            let im = real[b] * turn.sine + imaginary[b] * turn.cosine
            (real[b], imaginary[b]) = (real[a] - re, imaginary[a] - im)
            (real[a], imaginary[a]) = (real[a] + re, imaginary[a] + im)
        }
    }
}
