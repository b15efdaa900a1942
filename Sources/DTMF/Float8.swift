import CVector

/// Eight values, one a signalling frequency, in the order of ``ToneFrequency/all``.
typealias Float8 = SIMD8<Float>

// Concrete operators outrank the standard library's generic ones and compile to single vector instructions.
extension SIMD8<Float> {
    @inline(__always) static func + (a: Self, b: Self) -> Self { tonewall_add8(a, b) }
    @inline(__always) static func * (a: Self, b: Self) -> Self { tonewall_multiply8(a, b) }
}
