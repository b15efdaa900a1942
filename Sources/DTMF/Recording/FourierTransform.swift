import CVector
import Glibc

/// Amplitude spectra of frames under a Hann window. A frame has a power of two of samples.
package struct FourierTransform: Sendable {
    private let size: Int
    private let window: [Float]
    /// Cosine and sine of each turn.
    private let turns: [SIMD2<Float>]
    private let order: [Int32]

    /// - Parameter size: Samples of a frame, at most 2,048.
    package init(size: Int) {
        precondition(
            size > 1 && size & (size - 1) == 0 && size <= TONEWALL_LONGEST_FRAME, "a power of two, at most 2,048")
        self.size = size
        window = (0..<size).map { Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(size))) }
        turns = (0..<size / 2).map { index in
            let angle = -2 * .pi * Double(index) / Double(size)
            return SIMD2(Float(cos(angle)), Float(sin(angle)))
        }
        let shift = Int.bitWidth - size.trailingZeroBitCount
        order = (0..<size).map { index in
            var (reversed, rest) = (0, index << shift)
            for bit in 0..<size.trailingZeroBitCount {
                if rest < 0 { reversed |= 1 << bit }
                rest <<= 1
            }
            return Int32(reversed)
        }
    }

    /// Peak value of a tone at the centre of each bin up to half the rate, in the frame that begins at `first`.
    func amplitudes(_ samples: [Float], at first: Int) -> [Float] {
        precondition(first >= 0 && first + size <= samples.count, "the frame lies in the samples")
        var amplitudes = [Float](repeating: 0, count: size / 2)
        var result = amplitudes.mutableSpan
        unsafe samples.withUnsafeBufferPointer {
            unsafe self.amplitudes($0.baseAddress!, mask: -1, from: first, into: &result)
        }
        return amplitudes
    }

    /// The same of a frame in a ring, whose sample n is at n & `mask`. Allocates nothing.
    @unsafe
    package func amplitudes(
        _ ring: UnsafePointer<Float>, mask: Int, from first: Int, into amplitudes: inout MutableSpan<Float>
    ) {
        precondition(amplitudes.count == size / 2, "as many bins")
        unsafe amplitudes.withUnsafeMutableBufferPointer { amplitudes in
            unsafe turns.withUnsafeBytes { turns in
                unsafe tonewall_transform(
                    ring, mask, first, size, window, turns.assumingMemoryBound(to: Float.self).baseAddress, order,
                    amplitudes.baseAddress)
            }
        }
    }

    /// Place of a tone relative to the centre of its strongest bin, −0.5 to 0.5 bins, by the amplitudes of that bin and
    /// its neighbours under a Hann window.
    package static func place(below: Double, at: Double, above: Double) -> Double {
        let ratio = max(below, above) / at
        let place = (2 * ratio - 1) / (ratio + 1)
        return above > below ? place : -place
    }
}
