import CVector
import Glibc

/// The tables that every detector reads.
@safe
struct DetectorTables: @unchecked Sendable {
    static let shared = DetectorTables()
    let model = PairModel()
    let windowInterference = CorrelationBank(frequencies: PairModel.interferenceFrequencies, count: Frame.window)
    /// The tables of the kernel, which live as long as the process.
    let window: UnsafePointer<tonewall_window_tables>

    private init() {
        precondition(Frame.hop == TONEWALL_HOP && Frame.hopsPerWindow == TONEWALL_WINDOW_HOPS, "one time grid")
        /// A row of sixteen: `function` of each frequency's phase `samples` from the centre.
        func row(at samples: Double, _ function: (Double) -> Double) -> [Float] {
            [ToneFrequency.all, PairModel.interferenceFrequencies].flatMap { frequencies in
                let lanes = Float8(frequencies, at: samples, function)
                return (0..<8).map { lanes[$0] }
            }
        }
        let centres = (0..<Frame.hop / 2).map { Double($0) + 0.5 }
        // The centres of the hops lie 30 and 10 samples on either side of the window's centre.
        let turns = [1.5, 0.5].map { $0 * Double(Frame.hop) }
        /// Rows of a frequency each, in the kernel's order.
        func rows(_ function: (Double) -> Double) -> [Float] {
            let phases = (0..<Frame.window / 2).map { Float8(ToneFrequency.all, at: Double($0) + 0.5, function) }
            return [0, 4, 2, 6, 1, 5, 3, 7].flatMap { tone in phases.map { $0[tone] } }
        }
        let tables = unsafe tonewall_window_tables(
            hop: ConstantTable(centres.flatMap { row(at: $0, cos) + row(at: $0, sin) }).address,
            rotation: ConstantTable(turns.flatMap { row(at: $0, cos) + row(at: $0, sin) }).address,
            model: model.interferenceRows.address, gains: model.gains.address,
            inverses: model.inverses.address, window_tones: ConstantTable(rows(cos) + rows(sin)).address,
            window_interference: windowInterference.table.address)
        unsafe window = ConstantTable([tables]).address
    }
}
