internal import CVector

typealias Lanes = SIMD8<Float>

@inline(__always) func + (a: Lanes, b: Lanes) -> Lanes { tonewall_add8(a, b) }
@inline(__always) func - (a: Lanes, b: Lanes) -> Lanes { tonewall_subtract8(a, b) }
@inline(__always) func * (a: Lanes, b: Lanes) -> Lanes { tonewall_multiply8(a, b) }

/// Square root of each lane.
@inline(__always) func squareRoot(_ a: Lanes) -> Lanes { tonewall_sqrt8(a) }

/// Eight complex numbers, one a tone.
struct ComplexLanes: Sendable {
    var re: Lanes
    var im: Lanes

    static var zero: ComplexLanes { ComplexLanes(re: Lanes(repeating: 0), im: Lanes(repeating: 0)) }

    /// Squared magnitude of each.
    @inline(__always) var power: Lanes { re * re + im * im }

    @inline(__always) static func + (a: ComplexLanes, b: ComplexLanes) -> ComplexLanes {
        ComplexLanes(re: a.re + b.re, im: a.im + b.im)
    }

    @inline(__always) static func - (a: ComplexLanes, b: ComplexLanes) -> ComplexLanes {
        ComplexLanes(re: a.re - b.re, im: a.im - b.im)
    }

    @inline(__always) static func * (a: ComplexLanes, b: ComplexLanes) -> ComplexLanes {
        ComplexLanes(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
    }
}

extension Lanes {
    /// A value a tone, made from its index.
    init(_ value: (Int) -> Double) {
        self = Lanes(repeating: 0)
        for index in 0..<8 { self[index] = Float(value(index)) }
    }
}
