import CVector

@testable import DTMF

/// Eight correlations of one stretch of samples, referred to its centre.
///
/// `cosine[k] − i·sine[k]` is the Goertzel bin at frequency `k`: Σ x[n]·e^(−iω(n−centre)).
struct Correlation: Sendable {
    var cosine = Float8.zero
    var sine = Float8.zero

    /// Power of each bin: |Σ x[n]·e^(−iωn)|².
    @inline(__always) var power: Float8 { cosine * cosine + sine * sine }

    /// Calls `body` with the address of the eight cosines, which the eight sines follow.
    @inline(__always)
    func withBins<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        unsafe withUnsafePointer(to: self) { unsafe body(UnsafeRawPointer($0).assumingMemoryBound(to: Float.self)) }
    }

    /// Calls `body` with the same address, to write to.
    @inline(__always)
    mutating func withMutableBins<Result>(_ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
        unsafe withUnsafeMutablePointer(to: &self) {
            unsafe body(UnsafeMutableRawPointer($0).assumingMemoryBound(to: Float.self))
        }
    }
}

extension CorrelationBank {
    /// Bins of the stretch that starts at index `first` of the stream.
    @inline(__always)
    func correlate(_ history: borrowing SampleHistory, at first: Int) -> Correlation {
        var result = Correlation()
        unsafe result.withMutableBins { bins in
            unsafe history.withSamples(from: first, count: count) { samples in
                unsafe tonewall_correlate_folded(samples, count, table.address, bins)
            }
        }
        return result
    }
}

extension DetectorTables {
    /// Measures the window that starts at index `first`; its bins only if it holds `leastEnergy`.
    @inline(__always)
    func examine(
        _ history: borrowing SampleHistory, at first: Int, leastEnergy: Float, bins: inout Correlation
    ) -> tonewall_block {
        unsafe bins.withMutableBins { bins in
            unsafe history.withSamples(from: first, count: Frame.window) { samples in
                unsafe tonewall_measure_block(samples, window.pointee.window_tones, leastEnergy, bins)
            }
        }
    }
}

extension PairModel {
    /// Energy of a window without interference, from its bins and its whole energy.
    func energyLeft(tones: Correlation, interference: Correlation, energy: Float) -> Float {
        var cleaned = Correlation()
        return unsafe tones.withBins { tones in
            unsafe interference.withBins { interference in
                unsafe cleaned.withMutableBins { cleaned in
                    unsafe tonewall_project_out_interference(
                        tones, interference, interferenceRows.address, energy, cleaned)
                }
            }
        }
    }
}
