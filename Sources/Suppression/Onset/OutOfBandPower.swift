internal import CVector
internal import DTMF
internal import Glibc

/// Power beside a pair in the spectrum of 16 ms, mean square: below the pair, between its tones and above it.
///
/// A voice that looks like a pair has its pitch below the pair and other formants above it. A digit has no power there.
struct OutOfBandPower {
    /// Of the strongest frequency below the pair, of all frequencies above it, and of its middle.
    var below: Float = 0
    var above: Float = 0
    var middle: Float

    /// - Parameters:
    ///   - low: Index of the low tone, 0 to 3.
    ///   - high: Index of the high tone, 0 to 3.
    ///   - samples: The newest 16 ms.
    init(low: Int, high: Int, _ samples: Span<Float>, _ tables: OutOfBandTables) {
        precondition(samples.count == tables.count, "16 ms")
        var powers = (Float8(repeating: 0), Float8(repeating: 0))
        var middle: Float = 0
        unsafe withUnsafeMutableBytes(of: &powers) { powers in
            unsafe samples.withUnsafeBufferPointer { samples in
                unsafe tables.around.withUnsafeBytes { around in
                    unsafe tonewall_measure_surroundings(
                        samples.baseAddress, tables.count, around.assumingMemoryBound(to: Float.self).baseAddress,
                        tables.middles[4 * low + high], powers.assumingMemoryBound(to: Float.self).baseAddress, &middle)
                }
            }
        }
        let scale = 2 / Float(tables.count * tables.count)
        for lane in 0..<8 {
            below = Swift.max(below, powers.0[lane])
            above += powers.1[lane]
        }
        (below, above, self.middle) = (below * scale, above * scale, 4 * scale * middle)
    }
}

/// Constants of ``OutOfBandPower`` at one sample rate.
struct OutOfBandTables: Sendable {
    /// Frequencies below the low group and above the high group, in Hz.
    private static let below = [150.0, 230, 310, 390, 470, 550]
    private static let above = [1900.0, 2090, 2280, 2470, 2660, 2850, 3040, 3230]
    /// Length of the spectrum in hops of 1 ms.
    private static let hops = 16

    /// Samples in 16 ms.
    let count: Int
    /// Cosines and sines of the frequencies below, then of those above, sample by sample.
    fileprivate let around: [Float8]
    /// Cosines, then sines, halfway between the tones of each of the sixteen pairs, under a Hann window.
    fileprivate let middles: [[Float]]

    init(sampleRate: Double, hop: Int) {
        let count = Self.hops * hop
        self.count = count
        func turn(_ hz: Double, _ sample: Int) -> Double { 2 * Double.pi * hz / sampleRate * Double(sample) }
        func low(_ lane: Int) -> Double { lane < Self.below.count ? Self.below[lane] : 0 }
        var around: [Float8] = []
        for m in 0..<count {
            around.append(Float8 { $0 < Self.below.count ? cos(turn(low($0), m)) : 0 })
            around.append(Float8 { sin(turn(low($0), m)) })
            around.append(Float8 { cos(turn(Self.above[$0], m)) })
            around.append(Float8 { sin(turn(Self.above[$0], m)) })
        }
        self.around = around
        func window(_ m: Int) -> Double { 0.5 - 0.5 * cos(2 * Double.pi * (Double(m) + 0.5) / Double(count)) }
        let middles = ToneFrequency.low.flatMap { low in ToneFrequency.high.map { (low + $0) / 2 } }
        self.middles = middles.map { hz in
            let cosines = (0..<count).map { Float(window($0) * cos(turn(hz, $0))) }
            return cosines + (0..<count).map { Float(window($0) * sin(turn(hz, $0))) }
        }
    }
}
