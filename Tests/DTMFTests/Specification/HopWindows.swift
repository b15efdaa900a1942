import CVector
import Glibc

@testable import DTMF

/// The windows of one stream, a hop apart. Each is composed of its four hops.
///
/// The sum Σ x·e^(−iω(n−c)) of a hop is rotated to the phase of the window's centre. It is then that hop's part of the
/// window's bin: four rotations and sums instead of 80 samples. Two windows are analysed together if their samples are
/// there. The result does not depend on that.
@safe
struct HopWindows: @unchecked Sendable {
    /// One element on the heap. Stored in place, it would be copied at every access.
    private var hops = unsafe [tonewall_hops](unsafeUninitializedCapacity: 1) { hops, count in
        // In some builds the imported initialiser does not clear large structures that hold vectors (Swift 6.3.1).
        unsafe memset(hops.baseAddress!, 0, MemoryLayout<tonewall_hops>.stride)
        count = 1
    }
    private var endHop = 0
    /// End of the first window that was not analysed.
    private var nextEnd = 0
    private let leastEnergy: Float
    private let leastPair: Float
    /// Constants that live as long as the process, so a copy of this value may be used anywhere.
    private let tables = unsafe DetectorTables.shared.window

    /// Largest number of windows analysed together. With more of them many results would be unused.
    private static let batch = 2

    /// Windows of less than `leastEnergy` (Σ x²) are only measured. `leastPower` is the least squared amplitude of a
    /// pair that is named.
    init(leastEnergy: Float, leastPower: Float) {
        self.leastEnergy = leastEnergy
        // |Σ|² of a sine of amplitude A over a window is (A·N/2)².
        leastPair = leastPower * Float(Frame.window * Frame.window) / 4
    }

    /// Advances to the window that ends with hop `endHop` (exclusive). It is later than the previous one.
    @inline(__always)
    mutating func advance(to endHop: Int, in history: borrowing SampleHistory) {
        self.endHop = endHop
        guard endHop >= nextEnd else { return }
        let count = min(history.end / Frame.hop - endHop + 1, Self.batch)
        unsafe hops.withUnsafeMutableBufferPointer { hops in
            let unknown = unsafe tonewall_first_unknown_hop(hops.baseAddress, endHop)
            unsafe history.withSamples(
                from: unknown * Frame.hop, count: (endHop + count - 1 - unknown) * Frame.hop
            ) { samples in
                unsafe tonewall_analyse_windows(
                    hops.baseAddress, samples, endHop, count, tables, leastEnergy, leastPair)
            }
        }
        nextEnd = endHop + count
    }

    /// The last hop after which the windows up to hop `end` (exclusive) have less energy than `least`. It is `start` or
    /// later.
    func firstLoud(after start: Int, before end: Int, least: Float, in history: borrowing SampleHistory) -> Int {
        let first = max(start, Frame.hopsPerWindow - 1)
        guard first < end else { return start }
        let samples = (first + 1 - Frame.hopsPerWindow) * Frame.hop
        let quiet = unsafe history.withSamples(
            from: samples, count: Frame.window + (end - first - 1) * Frame.hop
        ) { unsafe tonewall_count_quiet_windows($0, end - first, least) }
        return first + quiet
    }

    /// Σ x² over the window.
    var energy: Float { unsafe at(endHop) { unsafe $0.pointee.energy } }

    /// The window's strongest pair, if its two bins hold a quarter of the energy.
    @inline(__always)
    var candidate: Key? {
        let key = unsafe at(endHop) { unsafe Int($0.pointee.key) }
        return key < 0 ? nil : Key(row: key / 4, column: key % 4)
    }

    /// What `key` explains of the window.
    @inline(__always)
    func pair(_ key: Key) -> PairWindow { unsafe at(endHop) { unsafe fit(key, in: $0) } }

    /// What `key` explains of the window that ends with hop `endHop` (exclusive); its samples must still be kept.
    func pair(_ key: Key, endingAt endHop: Int, in history: borrowing SampleHistory) -> PairWindow {
        var window = tonewall_window()
        unsafe history.withSamples(from: (endHop - Frame.hopsPerWindow) * Frame.hop, count: Frame.window) { samples in
            unsafe tonewall_analyse_window(samples, endHop, tables, leastPair, &window)
        }
        return unsafe fit(key, in: &window)
    }

    @inline(__always)
    private func fit(_ key: Key, in window: UnsafePointer<tonewall_window>) -> PairWindow {
        let fit = unsafe tonewall_fit_pair(window, tables, key.row, key.column)
        let (low, high) = (fit.tones.lowHalf, fit.tones.highHalf)
        let (left, whole) = unsafe (window.pointee.energy_left, window.pointee.energy_without_dc)
        return PairWindow(
            endHop: unsafe window.pointee.end, low: low, high: high,
            lowAmplitude: (low[0] * low[0] + low[1] * low[1]).squareRoot(),
            highAmplitude: (high[0] * high[0] + high[1] * high[1]).squareRoot(),
            pairEnergy: fit.energy, rest: max(left - fit.energy, 0), interference: max(whole - left, 0))
    }

    /// Calls `body` with the window that ends with hop `endHop`, one of those that were analysed last.
    @inline(__always)
    private func at<Result>(_ endHop: Int, _ body: (UnsafePointer<tonewall_window>) -> Result) -> Result {
        unsafe hops.withUnsafeBufferPointer {
            let index = unsafe endHop - Frame.hopsPerWindow - $0[0].oldest
            precondition((0..<Int(TONEWALL_WINDOWS_KEPT)).contains(index), "it was analysed last")
            return unsafe body(
                UnsafeRawPointer($0.baseAddress!).assumingMemoryBound(to: tonewall_window.self) + index)
        }
    }
}
