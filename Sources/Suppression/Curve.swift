/// Points for one measure: straight pieces between knots, level outside them.
struct Curve: Sendable {
    let knots: [Float]
    let points: [Float]

    @inline(__always) func at(_ measure: Float) -> Float {
        guard measure > knots[0] else { return points[0] }
        for k in 1..<knots.count where measure < knots[k] {
            let part = (measure - knots[k - 1]) / (knots[k] - knots[k - 1])
            return points[k - 1] + part * (points[k] - points[k - 1])
        }
        return points[points.count - 1]
    }
}

/// The fitted curves (``Evidence``).
extension Curve {
    /// Points before anything is measured.
    static let bias: Float = -3.303
    /// Share of the pair in all power over 16 ms.
    static let share16 = Curve(knots: [0.45, 0.6, 0.75, 0.9, 1.05], points: [0.0, 0.346, 0.767, 1.088, 1.157])
    /// The same over 12 ms.
    static let share12 = Curve(knots: [0.4, 0.6, 0.8, 1.0], points: [0.0, 0.423, 1.922, 2.779])
    /// The same over 8 ms.
    static let share8 = Curve(knots: [0.4, 0.7, 1.0], points: [0.0, 1.487, 4.849])
    /// High tone over low tone in dB, below 0.
    static let reverseTwist = Curve(knots: [-16, -10, -4, 0], points: [0.0, 2.693, 6.339, 6.481])
    /// High tone over low tone in dB, above 0.
    static let normalTwist = Curve(knots: [0, 4, 8, 12], points: [0.0, 0.72, -1.962, -0.759])
    /// Frequency error of the low tone in percent.
    static let lowDeviation = Curve(knots: [0, 1.5, 2.5, 5], points: [0.0, -2.094, -4.691, -5.478])
    /// Frequency error of the high tone in percent.
    static let highDeviation = Curve(knots: [0, 1.5, 2.5, 5], points: [0.0, -1.82, -3.053, -3.931])
    /// Change of the low tone from one 8 ms window to the next in dB.
    static let lowSteadiness = Curve(knots: [0, 2, 5, 10], points: [0.0, -0.994, -0.989, 0.159])
    /// Change of the high tone from one 8 ms window to the next in dB.
    static let highSteadiness = Curve(knots: [0, 2, 5, 10], points: [0.0, -1.111, -1.029, -0.399])
    /// Low tone over what was at its frequency 20 ms before in dB.
    static let lowJump = Curve(knots: [-5, 5, 15, 25], points: [0.0, -6.403, -2.721, -1.248])
    /// High tone over what was at its frequency 20 ms before in dB.
    static let highJump = Curve(knots: [-5, 5, 15, 25], points: [0.0, -3.614, 0.265, 1.61])
    /// The smaller of the two jumps.
    static let smallerJump = Curve(knots: [-5, 5, 15, 25], points: [0.0, 8.632, 7.975, 8.338])
    /// What is not the pair over all that was there 20 ms before in dB.
    static let restJump = Curve(knots: [-10, 0, 10], points: [0.0, -3.758, -7.684])
    /// The pair over all that was there 20 ms before in dB.
    static let pairJump = Curve(knots: [-5, 3, 10, 20], points: [0.0, 0.281, -0.315, 5.848])
    /// Second strongest tone of the low group over the strongest in dB.
    static let lowRival = Curve(knots: [-14, -8, -3, 0], points: [0.0, -5.502, -5.414, -6.658])
    /// Second strongest tone of the high group over the strongest in dB.
    static let highRival = Curve(knots: [-20, -12, -6, 0], points: [0.0, -0.542, -1.445, -0.796])
}
