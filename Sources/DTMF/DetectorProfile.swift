/// The thresholds of a detector, each with the standard that requires it.
///
/// The table gives what the standards require. A profile may accept more, because real lines need it:
///
/// | | Q.24, AT&T column | ES 201 235-3 | MT8870D |
/// |---|---|---|---|
/// | frequency error accepted | 1.5 % | 1.5 % + 2 Hz | 1.5 % ± 2 Hz |
/// | frequency error refused | 3.5 % | – | 3.5 % |
/// | level of a tone accepted, dBm | −25 to 0 | −30 to −4 | −29 to +1 |
/// | twist accepted, dB | −8 to +4 | – | −8 to +8 |
/// | duration accepted, refused, ms | 40, 23 | 40, 20 | 40, 20 |
/// | interruption bridged, ms | 10 | 20 | 20 |
public struct DetectorProfile: Sendable, Hashable {
    /// Name of the profile on the command line.
    public var name: String
    /// Least level of each tone in dBm0.
    public var minimumLevel: Double
    /// Largest twist in dB: level of the high tone minus the low one.
    public var maximumTwist: Double
    /// Smallest twist in dB; negative limits the reverse twist.
    public var minimumTwist: Double
    /// Largest frequency error of each tone as a fraction of nominal.
    public var frequencyTolerance: Double
    /// Longest interruption in seconds that belongs to the press.
    public var bridgedInterruption: Double
    /// The criteria that prove a press to be a digit; one of them is enough.
    public var criteria: [Criterion]
    /// Whether a file is decoded as a whole by ``RecordingListener``, which has its own limits (`LoneCriterion`). A
    /// stream is always decoded with the thresholds of this profile.
    public private(set) var hearsWholeFiles = false

    private static let standardCriteria: [Criterion] = [
        .clean, .interrupted, .interruptedNoisy, .patched, .noisy, .noisier, .deepNoise,
    ]

    /// ITU-T Q.24, the AT&T column, with the twist that real lines show.
    public static let q24 = DetectorProfile(
        name: "q24", minimumLevel: -45, maximumTwist: 10, minimumTwist: -12, frequencyTolerance: 0.021,
        bridgedInterruption: 0.025, criteria: standardCriteria)
    /// ETSI ES 201 235-3.
    public static let etsi = DetectorProfile(
        name: "etsi", minimumLevel: -39, maximumTwist: 8, minimumTwist: -8, frequencyTolerance: 0.021,
        bridgedInterruption: 0.025, criteria: standardCriteria)
    /// The MT8870D data sheet.
    public static let mt8870 = DetectorProfile(
        name: "mt8870", minimumLevel: -37, maximumTwist: 10, minimumTwist: -10,
        frequencyTolerance: 0.021,
        bridgedInterruption: 0.025, criteria: standardCriteria)
    /// Least talk-off: the limits of Q.24, and only criteria for clean lines and moderate noise.
    public static let strict = DetectorProfile(
        name: "strict", minimumLevel: -33, maximumTwist: 6, minimumTwist: -9, frequencyTolerance: 0.018,
        bridgedInterruption: 0.025, criteria: [.clean, .interrupted, .noisy])
    /// Quiet, twisted and acoustic tones.
    public static let sensitive = DetectorProfile(
        name: "sensitive", minimumLevel: -55, maximumTwist: 15, minimumTwist: -15,
        frequencyTolerance: 0.026,
        bridgedInterruption: 0.025, criteria: standardCriteria)

    /// ``q24`` for a stream. A file is decoded as a whole, each press together with those around it.
    public static let recording = {
        var profile = q24
        (profile.name, profile.hearsWholeFiles) = ("recording", true)
        return profile
    }()

    private static let all: [DetectorProfile] = [.recording, .q24, .etsi, .mt8870, .strict, .sensitive]

    /// Names that ``init(name:)`` knows.
    public static var allNames: [String] { all.map(\.name) }
    /// Names of the profiles for streams.
    public static var streamNames: [String] { all.filter { !$0.hearsWholeFiles }.map(\.name) }

    /// Whether this profile accepts every press that `other` accepts.
    package func covers(_ other: DetectorProfile) -> Bool {
        minimumLevel <= other.minimumLevel && maximumTwist >= other.maximumTwist && minimumTwist <= other.minimumTwist
            && frequencyTolerance >= other.frequencyTolerance && bridgedInterruption >= other.bridgedInterruption
            && other.criteria.allSatisfy(criteria.contains)
    }

    /// The profile called `name`, or `nil`.
    public init?(name: String) {
        guard let profile = Self.all.first(where: { $0.name == name }) else { return nil }
        self = profile
    }

    private init(
        name: String, minimumLevel: Double, maximumTwist: Double, minimumTwist: Double,
        frequencyTolerance: Double, bridgedInterruption: Double, criteria: [Criterion]
    ) {
        self.name = name
        self.minimumLevel = minimumLevel
        self.maximumTwist = maximumTwist
        self.minimumTwist = minimumTwist
        self.frequencyTolerance = frequencyTolerance
        self.bridgedInterruption = bridgedInterruption
        self.criteria = criteria
    }
}
