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
    static let bias: Float = -1.421
    /// Share of the pair in all power over 16 ms.
    static let share16 = Curve(knots: [0.45, 0.6, 0.75, 0.9, 1.05], points: [0.0, 0.259, 0.611, 0.852, 0.893])
    /// The same over 12 ms.
    static let share12 = Curve(knots: [0.4, 0.6, 0.8, 1.0], points: [0.0, 0.306, 1.398, 2.125])
    /// The same over 8 ms.
    static let share8 = Curve(knots: [0.4, 0.7, 1.0], points: [0.0, 1.147, 3.669])
    /// High tone over low tone in dB, below 0.
    static let reverseTwist = Curve(knots: [-16, -10, -4, 0], points: [0.0, 1.401, 5.597, 4.911])
    /// High tone over low tone in dB, above 0.
    static let normalTwist = Curve(knots: [0, 4, 8, 12], points: [0.0, 2.923, -0.502, -0.096])
    /// Frequency error of the low tone in percent.
    static let lowDeviation = Curve(knots: [0, 1.5, 2.5, 5], points: [0.0, -2.31, -6.964, -7.1])
    /// Frequency error of the high tone in percent.
    static let highDeviation = Curve(knots: [0, 1.5, 2.5, 5], points: [0.0, -2.217, -3.972, -4.577])
    /// Change of the low tone from one 8 ms window to the next in dB.
    static let lowSteadiness = Curve(knots: [0, 2, 5, 10], points: [0.0, -1.898, -2.1, -1.486])
    /// Change of the high tone from one 8 ms window to the next in dB.
    static let highSteadiness = Curve(knots: [0, 2, 5, 10], points: [0.0, -0.356, -0.56, 0.183])
    /// Low tone over what was at its frequency 20 ms before in dB.
    static let lowJump = Curve(knots: [-5, 5, 15, 25], points: [0.0, -4.59, 3.844, 4.27])
    /// High tone over what was at its frequency 20 ms before in dB.
    static let highJump = Curve(knots: [-5, 5, 15, 25], points: [0.0, -2.589, 2.302, 4.995])
    /// The smaller of the two jumps.
    static let smallerJump = Curve(knots: [-5, 5, 15, 25], points: [0.0, 3.673, 0.543, 1.283])
    /// What is not the pair over all that was there 20 ms before in dB.
    static let restJump = Curve(knots: [-10, 0, 10], points: [0.0, -6.925, -14.925])
    /// The pair over all that was there 20 ms before in dB.
    static let pairJump = Curve(knots: [-5, 3, 10, 20], points: [0.0, 1.362, 4.52, 12.243])
    /// Second strongest tone of the low group over the strongest in dB.
    static let lowRival = Curve(knots: [-14, -8, -3, 0], points: [0.0, -3.65, -3.679, -5.755])
    /// Second strongest tone of the high group over the strongest in dB.
    static let highRival = Curve(knots: [-20, -12, -6, 0], points: [0.0, -1.747, -2.654, -2.351])
}
