public import CVector

/// Eight values, one for each signalling frequency, in the order of ``ToneFrequency/all``.
package typealias Float8 = SIMD8<Float>

// Concrete operators take precedence over the generic ones of the standard library. They compile to single vector
// instructions.
extension SIMD8<Float> {
    @inlinable @inline(__always) package static func + (a: Self, b: Self) -> Self { tonewall_add8(a, b) }
    @inlinable @inline(__always) package static func - (a: Self, b: Self) -> Self { tonewall_subtract8(a, b) }
    @inlinable @inline(__always) package static func * (a: Self, b: Self) -> Self { tonewall_multiply8(a, b) }

    /// The square root of each lane.
    @inlinable @inline(__always) package func roots() -> Self { tonewall_sqrt8(self) }

    /// The value of each lane, made from its index.
    package init(_ value: (Int) -> Double) {
        self = Self(repeating: 0)
        for index in 0..<8 { self[index] = Float(value(index)) }
    }
}
