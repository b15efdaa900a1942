/// The time grid of the detector. Decisions fall on hops, and measurements span windows of hops.
///
/// A hop of 20 samples divides a telephone packet of 160. A window of 80 samples (10 ms) is the longest that fits
/// beside a 10 ms interruption, or twice into a tone of 23 ms.
enum Frame {
    /// Rate in Hz at which the detector works; other rates are converted to it.
    static let rate = 8000.0
    /// Samples in a hop (2.5 ms).
    static let hop = 20
    /// Hops in a window.
    static let hopsPerWindow = 4
    /// Samples in a window (10 ms).
    static let window = hop * hopsPerWindow
}
