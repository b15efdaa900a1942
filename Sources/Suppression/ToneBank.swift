internal import Glibc
internal import DTMF

/// The powers of the eight tones in one leg over the last 8, 12 and 16 ms, renewed every hop (1 ms).
///
/// Each hop keeps `Σ x[m]·e^(−jωm)` over its own samples; a window of several hops is put together from these by Horner's rule
/// with `ρ = e^(−jω·hop)`, so its magnitude is that of a Goertzel bin over the same samples. Windows of 12 and 16 ms add the
/// magnitudes of their halves, so that a tone 1.8 % off its nominal frequency loses less than 0.5 dB.
struct ToneBank: Sendable {
    /// Samples a hop.
    let hop: Int
    /// Hops kept of everything.
    static let depth = 128

    private let cosines: [Lanes]
    private let sines: [Lanes]
    private let rotation: ComplexLanes
    /// The same for 6 and 8 ms.
    private let rotation6: ComplexLanes
    private let rotation8: ComplexLanes
    private var sums: [ComplexLanes]
    private var sixes: [ComplexLanes]
    private var eights: [ComplexLanes]
    private var sixteens: [Lanes]
    private var energies: [Float]
    private var current = ComplexLanes.zero
    private var currentEnergy: Float = 0
    private var phase = 0
    /// Hops completed.
    private(set) var hops = 0

    init(sampleRate: Double) {
        hop = Int((sampleRate / 1000).rounded())
        let omega = ToneFrequency.all.map { 2 * Double.pi * $0 / sampleRate }
        cosines = (0..<hop).map { m in Lanes { cos(omega[$0] * Double(m)) } }
        sines = (0..<hop).map { m in Lanes { -sin(omega[$0] * Double(m)) } }
        let turn = Double(hop)
        func turned(hops: Double) -> ComplexLanes {
            ComplexLanes(re: Lanes { cos(omega[$0] * turn * hops) }, im: Lanes { -sin(omega[$0] * turn * hops) })
        }
        rotation = turned(hops: 1)
        rotation6 = turned(hops: 6)
        rotation8 = turned(hops: 8)
        sums = Array(repeating: .zero, count: Self.depth)
        sixes = sums
        eights = sums
        sixteens = Array(repeating: Lanes(repeating: 0), count: Self.depth)
        energies = Array(repeating: 0, count: Self.depth)
    }

    /// Takes one sample; true when it completes a hop.
    @inline(__always) mutating func take(_ sample: Float) -> Bool {
        let x = Lanes(repeating: sample)
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
        var window = ComplexLanes.zero
        for age in 0..<8 {
            window = sums[index(age)] + rotation * window
            if age == 5 { sixes[slot] = window }
        }
        eights[slot] = window
        let samples = Float(16 * hop)
        let magnitude = magnitudes(window) + magnitudes(eights[index(8)])
        sixteens[slot] = magnitude * magnitude * Lanes(repeating: 2 / (samples * samples))
    }

    @inline(__always) private func index(_ age: Int) -> Int { (hops - 1 - age) & (Self.depth - 1) }

    @inline(__always) private func magnitudes(_ sum: ComplexLanes) -> Lanes { squareRoot(sum.power) }

    /// Power (mean square) of each tone over the last 8 ms, put together with its phase.
    var power8: Lanes { power8(age: 0) }

    /// Power of each tone over the 8 ms that ended `age` hops ago.
    func power8(age: Int) -> Lanes {
        let samples = Float(8 * hop)
        return eights[index(age)].power * Lanes(repeating: 2 / (samples * samples))
    }

    /// Power of each tone over the last `pieces` of 8 ms, put together with their phases.
    func power(pieces: Int) -> Lanes {
        var window = ComplexLanes.zero
        for piece in 0..<pieces { window = eights[index(8 * piece)] + rotation8 * window }
        let samples = Float(8 * pieces * hop)
        return window.power * Lanes(repeating: 2 / (samples * samples))
    }

    /// Power of each tone over the last 12 ms, put together with its phase.
    var sharpPower12: Lanes {
        let samples = Float(12 * hop)
        return (sixes[index(6)] + rotation6 * sixes[index(0)]).power * Lanes(repeating: 2 / (samples * samples))
    }

    /// Power of each tone over the last 12 ms.
    var power12: Lanes {
        let samples = Float(12 * hop)
        let magnitude = magnitudes(sixes[index(0)]) + magnitudes(sixes[index(6)])
        return magnitude * magnitude * Lanes(repeating: 2 / (samples * samples))
    }

    /// Power of each tone over the 16 ms that ended `age` hops ago.
    func power16(age: Int = 0) -> Lanes { sixteens[index(age)] }

    /// The sums over the 8 ms that ended `age` hops ago, each with its phase at its own first sample.
    func eight(age: Int) -> ComplexLanes { eights[index(age)] }

    /// Energy `Σ x²` of the hop `age` hops ago.
    @inline(__always) func energy(age: Int) -> Float { energies[index(age)] }

    /// Mean power of everything over the `length` hops that ended `age` hops ago.
    func total(length: Int, age: Int = 0) -> Float {
        var total: Float = 0
        for k in age..<(age + length) { total += energies[index(k)] }
        return total / Float(length * hop)
    }
}

extension Lanes {
    /// The strongest tone of each group, of powers a tone: indices 0 to 3 in the low and the high one.
    var strongestPair: (low: Int, high: Int) {
        var (low, high) = (0, 0)
        for k in 1..<4 {
            if self[k] > self[low] { low = k }
            if self[4 + k] > self[4 + high] { high = k }
        }
        return (low, high)
    }

    /// The second largest of four lanes from `first`: 0 for the low group, 4 for the high one.
    func second(from first: Int) -> Float {
        var (largest, second) = (Float(0), Float(0))
        for k in first..<(first + 4) {
            if self[k] > largest {
                second = largest
                largest = self[k]
            } else if self[k] > second {
                second = self[k]
            }
        }
        return second
    }
}
