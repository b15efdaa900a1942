internal import CVector
internal import DTMF

/// What a hop may hold.
struct HopContent: Sendable {
    /// Bits as the kernel gives them. An option set would allocate where it is not specialised.
    fileprivate var bits: Int32 = 0

    /// A pair whose features are worth computing.
    var hasPair: Bool { bits & TONEWALL_PAIR != 0 }
    /// A pair that is strong, but too small a part of the sound.
    var hasFaintPair: Bool { bits & TONEWALL_FAINT_PAIR != 0 }
    /// The end or the beginning of a burst.
    var hasBurst: Bool { bits & TONEWALL_BURST != 0 }
    /// A digit to a receiver model.
    var hasFalseDigit: Bool { bits & TONEWALL_FALSE_DIGIT != 0 }
    var isEmpty: Bool { bits == 0 }
}

/// The powers of the eight tones on one leg over the last 8, 12 and 16 ms, updated every hop (1 ms).
///
/// Each hop keeps `Σ x[m]·e^(−jωm)` over its own samples. Horner's rule with `ρ = e^(−jω·hop)` combines them to a
/// window of several hops. Its magnitude is that of a Goertzel bin over the same samples.
///
/// Windows of 12 and 16 ms add the magnitudes of their halves. A tone 1.8 % off its nominal frequency then loses less
/// than 0.5 dB.
///
/// A kernel computes it and screens each hop: most hops hold nothing that anyone must look at (``content``).
struct ToneBank: Sendable {
    /// The sound as it is, or as an overdriven input makes it.
    enum Sound { case plain, overdriven }

    static let longestHop = Int(TONEWALL_LONGEST_HOP)

    let tables: SignalTables
    /// Samples in a hop.
    let hop: Int
    private let kernel: KernelConstants
    /// A `tonewall_bank`.
    private var bank: [Float8]
    /// Number of completed hops.
    private(set) var hops = 0
    /// What the last hop may hold.
    private(set) var content = HopContent()

    init(sampleRate: Double) {
        tables = SignalTables.shared(for: sampleRate)
        (kernel, hop) = (tables.kernel, tables.hop)
        bank = Array(repeating: Float8(repeating: 0), count: MemoryLayout<tonewall_bank>.stride / 32 + 1)
    }

    /// Takes the next hop of a channel, which `ring` holds.
    @inline(__always)
    mutating func takeHop(_ ring: borrowing SampleRing) {
        let seen = unsafe ring.withRing { ring in
            unsafe bank.withUnsafeMutableBytes { bank in
                unsafe tonewall_take_hop(
                    bank.assumingMemoryBound(to: tonewall_bank.self).baseAddress, ring, kernel.tables, kernel.screens)
            }
        }
        content = HopContent(bits: seen)
        hops += 1
    }

    /// The bank as it was a few hops ago. It takes no more hops.
    func earlier(by age: Int) -> Self {
        var earlier = self
        earlier.hops -= age
        return earlier
    }

    @inline(__always)
    private func read<Result>(_ body: (UnsafePointer<tonewall_bank>) -> Result) -> Result {
        unsafe bank.withUnsafeBytes {
            unsafe body($0.assumingMemoryBound(to: tonewall_bank.self).baseAddress!)
        }
    }

    /// Factor from the squared magnitude of a sum over `hops` to the mean square of a sine.
    @inline(__always) private func perSample(hops: Int) -> Float8 {
        let samples = Float(hops * hop)
        return Float8(repeating: 2 / (samples * samples))
    }

    /// Power of each tone over the last 8 ms, mean square, as one coherent window.
    var power8: Float8 { power8(age: 0) }

    /// The same over the 8 ms that ended `age` hops ago.
    func power8(age: Int) -> Float8 { eight(age: age).power * perSample(hops: 8) }

    /// The same over the last `pieces` times 8 ms.
    func power(pieces: Int, of sound: Sound = .plain) -> Float8 {
        let rotation8 = tables.rotation8
        var window = ComplexFloat8.zero
        for piece in 0..<pieces { window = eight(age: 8 * piece, of: sound) + rotation8 * window }
        return window.power * perSample(hops: 8 * pieces)
    }

    /// Power of each tone over the last 12 ms, mean square, as one coherent window.
    var sharpPower12: Float8 {
        (six(age: 6) + tables.rotation6 * six(age: 0)).power * perSample(hops: 12)
    }

    /// Power of each tone over the last 12 ms, mean square, from the magnitudes of both halves.
    var power12: Float8 {
        let magnitude = six(age: 0).power.roots() + six(age: 6).power.roots()
        return magnitude * magnitude * perSample(hops: 12)
    }

    /// The same over the 16 ms that ended `age` hops ago; to 0.002 dB from an age of 8 on.
    func power16(age: Int = 0) -> Float8 {
        var powers = Float8()
        unsafe read { bank in
            unsafe withUnsafeMutableBytes(of: &powers) {
                unsafe tonewall_read_sixteen(bank, hops - 1 - age, $0.assumingMemoryBound(to: Float.self).baseAddress)
            }
        }
        return powers
    }

    /// The sums over the 8 ms that ended `age` hops ago. Their phases refer to the first of those samples.
    func eight(age: Int, of sound: Sound = .plain) -> ComplexFloat8 {
        unsafe read {
            unsafe ComplexFloat8(tonewall_eight_at(tonewall_sums_of($0, sound == .plain ? 0 : 1), hops - 1 - age)!)
        }
    }

    /// The same over 6 ms.
    private func six(age: Int) -> ComplexFloat8 {
        unsafe read { unsafe ComplexFloat8(tonewall_six_at($0, hops - 1 - age)!) }
    }

    /// Energy `Σ x²` of the hop `age` hops ago.
    @inline(__always) func energy(age: Int, of sound: Sound = .plain) -> Float {
        unsafe read { unsafe tonewall_energy_at(tonewall_sums_of($0, sound == .plain ? 0 : 1), hops - 1 - age) }
    }

    /// Mean power of the whole sound over the `length` hops that ended `age` hops ago.
    func total(length: Int, age: Int = 0, of sound: Sound = .plain) -> Float {
        unsafe read {
            unsafe tonewall_mean_power(tonewall_sums_of($0, sound == .plain ? 0 : 1), hops - 1 - age, length, hop)
        }
    }

    /// Whether an overdriven input clips a sample of the last `hops`.
    func isClipped(within hops: Int) -> Bool {
        unsafe read { unsafe self.hops * hop - $0.pointee.clipped_until < hops * hop }
    }
}

extension Float8 {
    /// The strongest tone of each group: indices 0 to 3 in the low and the high group.
    var strongestPair: (low: Int, high: Int) {
        var (low, high) = (0, 0)
        for k in 1..<4 {
            if self[k] > self[low] { low = k }
            if self[4 + k] > self[4 + high] { high = k }
        }
        return (low, high)
    }

    /// The second largest of four lanes from `first` on: 0 for the low group, 4 for the high group.
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
