/// Levels in dBm0.
enum Level {
    /// dBm0 of a full-scale sine (ITU-T G.711, for A-law; used here for every encoding).
    static let fullScaleSine = 3.14
}
