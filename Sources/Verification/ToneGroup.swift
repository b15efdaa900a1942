/// One of the two groups of four signalling frequencies (ITU-T Q.23, clause 6).
///
/// They are repeated here on purpose. Verification shares nothing with the detector that it checks.
enum ToneGroup {
    case low
    case high

    /// Nominal frequencies in Hz.
    var nominal: [Double] {
        switch self {
        case .low: [697, 770, 852, 941]
        case .high: [1209, 1336, 1477, 1633]
        }
    }

    /// Index of the nominal frequency nearest to `hz`.
    func nearest(to hz: Double) -> Int {
        nominal.indices.min { abs(nominal[$0] - hz) < abs(nominal[$1] - hz) } ?? 0
    }

    /// Distance of `hz` from the nearest nominal frequency as a fraction of that frequency.
    func offset(of hz: Double) -> Double {
        let nearest = nominal[nearest(to: hz)]
        return hz / nearest - 1
    }
}
