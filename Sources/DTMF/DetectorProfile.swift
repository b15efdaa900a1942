/// The thresholds of a detector, each with the standard that asks for it.
public struct DetectorProfile: Sendable, Hashable {
    /// Name that the command line knows the profile by.
    public var name: String
    /// Least level of each tone in dBm0.
    public var minimumLevel: Double
    /// Most that the high tone may lie over the low one in dB.
    public var maximumHighMinusLow: Double
    /// Least that the high tone may lie over the low one in dB: negative where it may lie under.
    public var minimumHighMinusLow: Double
    /// Largest deviation of each tone from its nominal frequency, as a fraction.
    public var frequencyTolerance: Double
    /// Shortest tone in seconds that is a key when the line is clean.
    public var minimumDuration: Double
    /// Shortest tone in seconds that is a key when noise hides where it begins.
    public var minimumNoisyDuration: Double
    /// Longest interruption in seconds that belongs to the press.
    public var bridgedInterruption: Double
    /// Least share of the pair in the window's energy, mean over the press, 0…1.
    public var minimumPurity: Double

    /// ITU-T Q.24, the AT&T column, with the twist that real lines show.
    public static let q24 = DetectorProfile(
        name: "q24", minimumLevel: -45, maximumHighMinusLow: 10, minimumHighMinusLow: -12, frequencyTolerance: 0.0245,
        minimumDuration: 0.0245, minimumNoisyDuration: 0.0275, bridgedInterruption: 0.025, minimumPurity: 0.55)
    /// ETSI ES 201 235-3.
    public static let etsi = DetectorProfile(
        name: "etsi", minimumLevel: -39, maximumHighMinusLow: 8, minimumHighMinusLow: -8, frequencyTolerance: 0.0245,
        minimumDuration: 0.0245, minimumNoisyDuration: 0.0275, bridgedInterruption: 0.025, minimumPurity: 0.6)
    /// The MT8870D data sheet.
    public static let mt8870 = DetectorProfile(
        name: "mt8870", minimumLevel: -37, maximumHighMinusLow: 10, minimumHighMinusLow: -10,
        frequencyTolerance: 0.0245,
        minimumDuration: 0.0245, minimumNoisyDuration: 0.0275, bridgedInterruption: 0.025, minimumPurity: 0.6)
    /// Least talk-off.
    public static let strict = DetectorProfile(
        name: "strict", minimumLevel: -33, maximumHighMinusLow: 6, minimumHighMinusLow: -9, frequencyTolerance: 0.022,
        minimumDuration: 0.0245, minimumNoisyDuration: 0.0325, bridgedInterruption: 0.025, minimumPurity: 0.8)
    /// Quiet, twisted and acoustic tones.
    public static let sensitive = DetectorProfile(
        name: "sensitive", minimumLevel: -55, maximumHighMinusLow: 15, minimumHighMinusLow: -15,
        frequencyTolerance: 0.026,
        minimumDuration: 0.0245, minimumNoisyDuration: 0.0275, bridgedInterruption: 0.025, minimumPurity: 0.45)

    private static let all: [DetectorProfile] = [.q24, .etsi, .mt8870, .strict, .sensitive]

    /// Names that ``init(name:)`` knows.
    public static var allNames: [String] { all.map(\.name) }

    /// The profile called `name`; `nil` where there is none.
    public init?(name: String) {
        guard let profile = Self.all.first(where: { $0.name == name }) else { return nil }
        self = profile
    }

    private init(
        name: String, minimumLevel: Double, maximumHighMinusLow: Double, minimumHighMinusLow: Double,
        frequencyTolerance: Double, minimumDuration: Double, minimumNoisyDuration: Double, bridgedInterruption: Double,
        minimumPurity: Double
    ) {
        self.name = name
        self.minimumLevel = minimumLevel
        self.maximumHighMinusLow = maximumHighMinusLow
        self.minimumHighMinusLow = minimumHighMinusLow
        self.frequencyTolerance = frequencyTolerance
        self.minimumDuration = minimumDuration
        self.minimumNoisyDuration = minimumNoisyDuration
        self.bridgedInterruption = bridgedInterruption
        self.minimumPurity = minimumPurity
    }
}
