import Glibc

/// A complex number: a tone's amplitude and phase.
struct Complex: Sendable, Hashable {
    var real = 0.0
    var imaginary = 0.0

    init(_ real: Double = 0, _ imaginary: Double = 0) { (self.real, self.imaginary) = (real, imaginary) }

    /// The number of magnitude 1 at `angle` in radians.
    init(angle: Double) { self.init(cos(angle), sin(angle)) }

    var conjugate: Complex { Complex(real, -imaginary) }
    var power: Double { real * real + imaginary * imaginary }
    var magnitude: Double { power.squareRoot() }
    /// Phase in radians, −π…π.
    var angle: Double { atan2(imaginary, real) }

    static func + (a: Complex, b: Complex) -> Complex { Complex(a.real + b.real, a.imaginary + b.imaginary) }
    static func - (a: Complex, b: Complex) -> Complex { Complex(a.real - b.real, a.imaginary - b.imaginary) }
    static func += (a: inout Complex, b: Complex) { a = a + b }
    static func * (a: Complex, b: Complex) -> Complex {
        Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
    }
    static func * (a: Complex, b: Double) -> Complex { Complex(a.real * b, a.imaginary * b) }
}
