internal import CVector
internal import DTMF

/// Eight complex numbers, one for each signalling frequency.
struct ComplexFloat8: Sendable {
    var re: Float8
    var im: Float8

    init(re: Float8, im: Float8) { (self.re, self.im) = (re, im) }

    /// The numbers that a kernel left.
    @unsafe @inline(__always) init(_ numbers: UnsafePointer<tonewall_complex8>) {
        let bytes = unsafe UnsafeRawPointer(numbers)
        re = unsafe bytes.loadUnaligned(as: Float8.self)
        im = unsafe bytes.loadUnaligned(fromByteOffset: MemoryLayout<Float8>.size, as: Float8.self)
    }

    static var zero: Self { Self(re: Float8(repeating: 0), im: Float8(repeating: 0)) }

    /// Squared magnitude of each number.
    @inline(__always) var power: Float8 { re * re + im * im }

    @inline(__always) static func + (a: Self, b: Self) -> Self { Self(re: a.re + b.re, im: a.im + b.im) }

    @inline(__always) static func * (a: Self, b: Self) -> Self {
        Self(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
    }
}
