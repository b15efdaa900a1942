import DTMF
import Glibc

@testable import Suppression

/// What the kernel of ``ToneBank`` must compute: the powers of the eight tones over the last 8, 12 and 16 ms, renewed
/// every hop (1 ms).
///
/// Each hop keeps `Σ x[m]·e^(−jωm)` over its own samples. Horner's rule with `ρ = e^(−jω·hop)` makes a window
/// of several hops from these, so that its magnitude is that of a Goertzel bin over the same samples. Windows of 12 and
/// 16 ms add the magnitudes of their halves. A tone 1.8 % off its nominal frequency then loses less than 0.5 dB.
struct ToneBankSpecification {
    /// Samples in a hop.
    let hop: Int
    /// Hops kept of everything, a power of two.
    static let depth = 128

    private let cosines: [Float8]
    private let sines: [Float8]
    /// Turn of each tone's phase over 1, 6 and 8 hops.
    private let rotation: ComplexFloat8
    private let rotation6: ComplexFloat8
    private let rotation8: ComplexFloat8
    /// Sums over each hop, and over the 6 and 8 ms that end with it.
    private var sums: [ComplexFloat8]
    private var sixes: [ComplexFloat8]
    private var eights: [ComplexFloat8]
    /// Powers over the 16 ms that end with each hop.
    private var sixteens: [Float8]
    /// Energy of each hop, Σ x².
    private var energies: [Float]
    private var current = ComplexFloat8.zero
    private var currentEnergy: Float = 0
    private var phase = 0
    /// Number of completed hops.
    private(set) var hops = 0

    init(sampleRate: Double) {
        hop = Int((sampleRate / 1000).rounded())
        let omega = ToneFrequency.all.map { 2 * Double.pi * $0 / sampleRate }
        cosines = (0..<hop).map { m in Float8 { cos(omega[$0] * Double(m)) } }
        sines = (0..<hop).map { m in Float8 { -sin(omega[$0] * Double(m)) } }
        let turn = Double(hop)
        func turned(hops: Double) -> ComplexFloat8 {
            ComplexFloat8(re: Float8 { cos(omega[$0] * turn * hops) }, im: Float8 { -sin(omega[$0] * turn * hops) })
        }
        rotation = turned(hops: 1)
        rotation6 = turned(hops: 6)
        rotation8 = turned(hops: 8)
        sums = Array(repeating: .zero, count: Self.depth)
        sixes = sums
        eights = sums
        sixteens = Array(repeating: Float8(repeating: 0), count: Self.depth)
        energies = Array(repeating: 0, count: Self.depth)
    }

    /// Takes one sample. Returns `true` if it completes a hop.
    mutating func take(_ sample: Float) -> Bool {
        let x = Float8(repeating: sample)
        current.re = current.re + x * cosines[phase]
        current.im = current.im + x * sines[phase]
        currentEnergy += sample * sample
        phase += 1
        guard phase == hop else { return false }
        complete()
        return true
    }

    private mutating func complete() {
        let slot = hops & (Self.depth - 1)
        sums[slot] = current
        energies[slot] = currentEnergy
        current = .zero
        currentEnergy = 0
        phase = 0
        hops += 1
        var window = ComplexFloat8.zero
        for age in 0..<8 {
            window = sums[index(age)] + rotation * window
            if age == 5 { sixes[slot] = window }
        }
        eights[slot] = window
        let magnitude = window.power.roots() + eights[index(8)].power.roots()
        sixteens[slot] = magnitude * magnitude * perSample(hops: 16)
    }

    private func index(_ age: Int) -> Int { (hops - 1 - age) & (Self.depth - 1) }

    /// What turns the squared magnitude of a sum over `hops` into the mean square of a sine.
    private func perSample(hops: Int) -> Float8 {
        let samples = Float(hops * hop)
        return Float8(repeating: 2 / (samples * samples))
    }

    /// Power of each tone over the last 8 ms, mean square, put together with its phase.
    var power8: Float8 { power8(age: 0) }

    /// The same over the 8 ms that ended `age` hops ago.
    func power8(age: Int) -> Float8 { eights[index(age)].power * perSample(hops: 8) }

    /// The same over the last `pieces` times 8 ms.
    func power(pieces: Int) -> Float8 {
        var window = ComplexFloat8.zero
        for piece in 0..<pieces { window = eights[index(8 * piece)] + rotation8 * window }
        return window.power * perSample(hops: 8 * pieces)
    }

    /// Power of each tone over the last 12 ms, mean square, put together with its phase.
    var sharpPower12: Float8 {
        (sixes[index(6)] + rotation6 * sixes[index(0)]).power * perSample(hops: 12)
    }

    /// Power of each tone over the last 12 ms, mean square, from the magnitudes of both halves.
    var power12: Float8 {
        let magnitude = sixes[index(0)].power.roots() + sixes[index(6)].power.roots()
        return magnitude * magnitude * perSample(hops: 12)
    }

    /// The same over the 16 ms that ended `age` hops ago.
    func power16(age: Int = 0) -> Float8 { sixteens[index(age)] }

    /// The sums over the 8 ms that ended `age` hops ago, with their phases at the first of those samples.
    func eight(age: Int) -> ComplexFloat8 { eights[index(age)] }

    /// Energy `Σ x²` of the hop `age` hops ago.
    func energy(age: Int) -> Float { energies[index(age)] }

    /// Mean power of everything over the `length` hops that ended `age` hops ago.
    func total(length: Int, age: Int = 0) -> Float {
        var total: Float = 0
        for k in age..<(age + length) { total += energies[index(k)] }
        return total / Float(length * hop)
    }
}
