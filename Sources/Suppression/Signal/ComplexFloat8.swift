internal import DTMF

/// Eight complex numbers, one for each signalling frequency.
struct ComplexFloat8: Sendable {
    var re: Float8
    var im: Float8

    static var zero: ComplexFloat8 { ComplexFloat8(re: Float8(repeating: 0), im: Float8(repeating: 0)) }

    /// Squared magnitude of each number.
    @inline(__always) var power: Float8 { re * re + im * im }

    @inline(__always) static func + (a: ComplexFloat8, b: ComplexFloat8) -> ComplexFloat8 {
        ComplexFloat8(re: a.re + b.re, im: a.im + b.im)
    }

    @inline(__always) static func * (a: ComplexFloat8, b: ComplexFloat8) -> ComplexFloat8 {
        ComplexFloat8(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
    }
}
