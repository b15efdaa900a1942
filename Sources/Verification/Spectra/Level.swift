/// Levels in dBm0.
enum Level {
    /// dBm0 of a full-scale sine (ITU-T G.711, for A-law; used here for every encoding).
    static let fullScaleSine = 3.14
    /// Least level of a key's stronger tone. Its peak is 4 steps of a 16-bit sample, 23 dB above their rounding noise;
    /// below it, what remains is rounding as much as tone.
    static let leastTone: Float = -75
    /// Mean square of a tone 4 dB below ``leastTone``, as in a window that a short tone fills in part.
    static let leastPower: Float = 3.1e-9
}
