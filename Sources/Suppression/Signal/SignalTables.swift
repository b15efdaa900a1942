internal import DTMF
internal import Glibc
internal import Synchronization

/// Constants of the signal processing at one sample rate. All legs of that rate share them.
final class SignalTables: Sendable {
    let sampleRate: Double
    /// Samples in a hop of 1 ms.
    let hop: Int
    /// The rows of a `tonewall_bank_tables`.
    let bank: [Float8]
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
        self.bank = bank
        outOfBand = OutOfBandTables(sampleRate: sampleRate, hop: hop)
        pairs = PairTables(sampleRate: sampleRate, ramp: 0, longest: PairTables.longestHops * hop)
        risingPairs = PairTables(
            sampleRate: sampleRate, ramp: Int(FragmentFit.rampSeconds * sampleRate),
            longest: PairTables.longestHops * hop)
    }
}
