/// The time grid of the detector: every decision falls on a hop, every measurement spans a window of hops.
///
/// A 20-sample hop divides a 160-sample telephone packet; a window of 80 samples (10 ms) is the longest that a 10 ms
/// interruption or one side of a 23 ms tone still leaves room for.
enum Frame {
    /// Rate in Hz at which the detector works; other rates are converted to it.
    static let rate = 8000.0
    /// Samples in a hop (2.5 ms).
    static let hop = 20
    /// Hops in a window.
    static let hopsPerWindow = 4
    /// Samples in a window (10 ms).
    static let window = hop * hopsPerWindow
    /// Seconds as samples at ``rate``.
    static func samples(_ seconds: Double) -> Int { Int((seconds * rate).rounded()) }
}
