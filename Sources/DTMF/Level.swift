import Glibc

/// Levels in dBm0, the digital reference of a telephone line.
///
/// A full-scale sine is +3.14 dBm0 (ITU-T G.711, for A-law; used here for every encoding). Samples are in −1…1.
public enum Level {
    /// Level of a sine with peak value 1, in dBm0.
    public static let fullScaleSine = 3.14

    /// Peak value (0…1 and above) of a sine at `dBm0`.
    public static func amplitude(dBm0: Double) -> Double { pow(10, (dBm0 - fullScaleSine) / 20) }

    /// Level in dBm0 of a sine with peak value `amplitude`; −∞ for 0.
    public static func dBm0(amplitude: Double) -> Double { 20 * log10(amplitude) + fullScaleSine }
}

extension Level {
    /// The ratio of two powers that are `decibels` apart.
    static func powerRatio(decibels: Double) -> Double { pow(10, decibels / 10) }
}

/// Ratios in dB.
enum Decibel {
    /// A ratio of two powers in dB.
    static func ofPower(_ ratio: Double) -> Double { 10 * log10(ratio) }
}
