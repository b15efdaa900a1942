#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif
internal import DTMF

/// The eight tones' short-time sums of one leg, one hop (1 ms) at a time.
///
/// Each hop keeps `Σ x[m]·e^(−jωm)` over its own samples; a window of any number of hops is put together from these by
/// Horner's rule with `ρ = e^(−jω·hop)`, so that every window length from one hop up costs one complex product each. The
/// magnitude is that of a Goertzel bin over the same samples.
struct ToneBank: Sendable {
    /// Samples a hop.
    let hop: Int
    /// Hops kept.
    static let depth = 64

    private let cosines: [Lanes]
    private let sines: [Lanes]
    let rotation: ComplexLanes
    private var sums: [ComplexLanes]
    private var energies: [Float]
    private var current = ComplexLanes.zero
    private var currentEnergy: Float = 0
    private var phase = 0
    /// Hops completed.
    private(set) var hops = 0

    init(sampleRate: Double) {
        hop = Int((sampleRate / 1000).rounded())
        let omega = ToneFrequency.all.map { 2 * Double.pi * $0 / sampleRate }
        cosines = (0..<hop).map { m in Self.lanes { cos(omega[$0] * Double(m)) } }
        sines = (0..<hop).map { m in Self.lanes { -sin(omega[$0] * Double(m)) } }
        let turn = Double(hop)
        rotation = ComplexLanes(re: Self.lanes { cos(omega[$0] * turn) }, im: Self.lanes { -sin(omega[$0] * turn) })
        sums = Array(repeating: .zero, count: Self.depth)
        energies = Array(repeating: 0, count: Self.depth)
    }

    /// A value a tone, made from its index.
    static func lanes(_ value: (Int) -> Double) -> Lanes {
        var lanes = Lanes(repeating: 0)
        for index in 0..<8 { lanes[index] = Float(value(index)) }
        return lanes
    }

    /// Takes one sample; true when it completes a hop.
    @inline(__always) mutating func take(_ sample: Float) -> Bool {
        let x = Lanes(repeating: sample)
        current.re = current.re + x * cosines[phase]
        current.im = current.im + x * sines[phase]
        currentEnergy += sample * sample
        phase += 1
        guard phase == hop else { return false }
        phase = 0
        let slot = hops % Self.depth
        sums[slot] = current
        energies[slot] = currentEnergy
        current = .zero
        currentEnergy = 0
        hops += 1
        return true
    }

    /// The sum of the hop `age` hops before the newest one (0); zero before the beginning.
    @inline(__always) func sum(age: Int) -> ComplexLanes {
        age < hops ? sums[(hops - 1 - age) % Self.depth] : .zero
    }

    /// The energy `Σ x²` of the hop `age` hops before the newest one.
    @inline(__always) func energy(age: Int) -> Float {
        age < hops ? energies[(hops - 1 - age) % Self.depth] : 0
    }

    /// The sum over a window of `length` hops whose newest is `age` hops old, with its phase at the window's first sample.
    func window(age: Int, length: Int) -> ComplexLanes {
        var sum = ComplexLanes.zero
        for k in age..<(age + length) { sum = self.sum(age: k) + rotation * sum }
        return sum
    }

    /// The energy over a window of `length` hops whose newest is `age` hops old.
    func energy(age: Int, length: Int) -> Float {
        var total: Float = 0
        for k in age..<(age + length) { total += energy(age: k) }
        return total
    }
}
