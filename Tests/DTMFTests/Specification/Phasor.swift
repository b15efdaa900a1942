import Glibc

@testable import DTMF

/// A sum of phase advances, each weighted by the power of the tone.
struct Phasor: Sendable {
    private var real = 0.0
    private var imaginary = 0.0
    private var weight = 0.0

    /// Adds the advance from `b` to `a`, `a · conj(b)`, whose magnitude is `weight`.
    mutating func addProduct(_ a: SIMD2<Float>, conjugateOf b: SIMD2<Float>, weight: Float) {
        // A tone a·cos + b·sin has the phasor a − ib.
        real += Double(a[0] * b[0] + a[1] * b[1])
        imaginary += Double(a[0] * b[1] - a[1] * b[0])
        self.weight += Double(weight)
    }

    static func + (a: Phasor, b: Phasor) -> Phasor {
        var sum = a
        sum.real += b.real
        sum.imaginary += b.imaginary
        sum.weight += b.weight
        return sum
    }

    /// How well the advances agree, 0…1; 1 for a steady tone.
    var coherence: Double { weight > 0 ? (real * real + imaginary * imaginary).squareRoot() / weight : 0 }

    /// The frequency in Hz according to the mean advance over ``Press/advanceHops``.
    func frequency(near nominal: Double) -> Double {
        let seconds = Double(Press.advanceHops * Frame.hop) / Frame.rate
        let cycles = Double(atan2f(Float(imaginary), Float(real))) / (2 * .pi) - nominal * seconds
        return nominal + (cycles - cycles.rounded()) / seconds
    }
}
