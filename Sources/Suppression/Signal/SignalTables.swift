internal import CVector
internal import DTMF
internal import Glibc
internal import Synchronization

/// Constants of the signal processing at one sample rate. All legs of that rate share them.
final class SignalTables: Sendable {
    let sampleRate: Double
    /// Samples in a hop of 1 ms.
    let hop: Int
    /// Turn of each tone's phase over 6 and 8 hops.
    let rotation6: ComplexFloat8
    let rotation8: ComplexFloat8
    /// cos and sin of each tone's nominal turn over 4 and over 8 hops.
    let turns4: InlineArray<8, SIMD2<Double>>
    let turns8: InlineArray<8, SIMD2<Double>>
    /// Constants of the bank's kernel. They live as long as the process: reading them counts no references.
    let kernel: KernelConstants
    let outOfBand: OutOfBandTables
    /// The sixteen pairs as they are, and with a rise of 2 ms.
    let pairs: PairTables
    let risingPairs: PairTables

    private static let known = Mutex<[Double: SignalTables]>([:])

    /// The tables for `sampleRate`, made at its first use.
    static func shared(for sampleRate: Double) -> SignalTables {
        known.withLock { known in
            if let tables = known[sampleRate] { return tables }
            let tables = SignalTables(sampleRate: sampleRate)
            known[sampleRate] = tables
            return tables
        }
    }

    private init(sampleRate: Double) {
        self.sampleRate = sampleRate
        hop = Int((sampleRate / 1000).rounded())
        let omega = ToneFrequency.all.map { 2 * Double.pi * $0 / sampleRate }
        let turn = Double(hop)
        var bank: [Float8] = []
        func append(_ angle: (Int) -> Double) {
            bank.append(Float8 { cos(angle($0)) })
            bank.append(Float8 { -sin(angle($0)) })
        }
        for hops in [1.0, 6, 8] { append { omega[$0] * turn * hops } }
        for m in 0..<ToneBank.longestHop { append { omega[$0] * Double(m) } }
        (rotation6, rotation8) = (ComplexFloat8(re: bank[2], im: bank[3]), ComplexFloat8(re: bank[4], im: bank[5]))
        kernel = KernelConstants(bank, HopScreens.make(hop: hop))
        func turns(hops: Int, hop: Int) -> InlineArray<8, SIMD2<Double>> {
            InlineArray { tone in
                let seconds = Double(hops * hop) / sampleRate
                let turn = 2 * Double.pi * ToneFrequency.all[tone] * seconds
                return SIMD2(cos(turn), sin(turn))
            }
        }
        (turns4, turns8) = (turns(hops: 4, hop: hop), turns(hops: 8, hop: hop))
        outOfBand = OutOfBandTables(sampleRate: sampleRate, hop: hop)
        pairs = PairTables(sampleRate: sampleRate, ramp: 0, longest: PairTables.longestHops * hop)
        risingPairs = PairTables(
            sampleRate: sampleRate, ramp: Int(FragmentFit.rampSeconds * sampleRate),
            longest: PairTables.longestHops * hop)
    }
}

/// Constants of the tone bank's kernel, in memory that is never given back.
@safe
struct KernelConstants: @unchecked Sendable {
    @unsafe let tables: UnsafePointer<tonewall_bank_tables>
    @unsafe let screens: UnsafePointer<tonewall_screens>

    fileprivate init(_ rows: [Float8], _ screens: tonewall_screens) {
        let table = UnsafeMutablePointer<Float8>.allocate(capacity: rows.count)
        for (index, row) in rows.enumerated() { unsafe (table + index).initialize(to: row) }
        unsafe tables = UnsafeRawPointer(table).assumingMemoryBound(to: tonewall_bank_tables.self)
        let place = UnsafeMutablePointer<tonewall_screens>.allocate(capacity: 1)
        unsafe place.initialize(to: screens)
        unsafe self.screens = UnsafePointer(place)
    }
}
