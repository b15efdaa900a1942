internal import CVector
internal import DTMF

/// Eight complex numbers, one for each signalling frequency.
typealias ComplexFloat8 = tonewall_complex8

extension tonewall_complex8 {
    static var zero: Self { Self(re: Float8(repeating: 0), im: Float8(repeating: 0)) }

    /// Squared magnitude of each number.
    @inline(__always) var power: Float8 { re * re + im * im }

    @inline(__always) static func + (a: Self, b: Self) -> Self { Self(re: a.re + b.re, im: a.im + b.im) }

    @inline(__always) static func * (a: Self, b: Self) -> Self {
        Self(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
    }
}
