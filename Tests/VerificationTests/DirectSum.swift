import Foundation

/// One bin of a Hann-windowed spectrum, summed term by term.
func directPower(_ samples: [Float], bin: Int, size: Int) -> Float {
    let count = Double(samples.count)
    var (real, imaginary) = (0.0, 0.0)
    for (n, sample) in samples.enumerated() {
        let window = 0.5 * (1 - cos(2 * .pi * (Double(n) + 0.5) / count)) * 4 / count
        let angle = 2 * Double.pi * Double(bin) * Double(n) / Double(size)
        real += Double(sample) * window * cos(angle)
        imaginary -= Double(sample) * window * sin(angle)
    }
    return Float(real * real + imaginary * imaginary)
}
