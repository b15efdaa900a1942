internal import DTMF
internal import PaymentSession
internal import TextFormats

extension CallStatus {
    /// The call in rows for a screen that is redrawn: levels, and the fields and the state of a payment.
    ///
    /// - Parameter isKeyLit: Whether the caller has just pressed a key. Which key is not shown.
    package func rows(isKeyLit: Bool) -> [String] {
        let seconds = Int(time.seconds)
        let clock = "\(seconds / 60):\(padded(seconds % 60, 2))"
        var levels = "\(clock)  caller \(Self.bar(peaks.caller))  agent \(Self.bar(peaks.agent))"
        levels += "  key \(isKeyLit ? "●" : "○")"
        if counts.allXruns + counts.losses + counts.stalls > 0 {
            levels += "  xruns \(counts.allXruns) late \(1000 * counts.allDropped / sampleRate) ms"
        }
        guard let view else { return [levels] }
        return [levels, Self.fields(view), "\(view.state.words(view))  \(view.state.keys)"]
    }

    /// Each field in a few characters: bullets for digits, and the part of a captured field that may be shown.
    private static func fields(_ view: AgentView) -> String {
        view.fields.map { field in
            switch field.status {
            case .waiting: "\(field.name.words) –"
            case .entering(let digits): "\(field.name.words) \(String(repeating: "•", count: digits))…"
            case .given: "\(field.name.words) \(view.shown(field.name))"
            }
        }.joined(separator: " | ")
    }

    /// A level as ten blocks for the 50 dB below full scale, and in dBm0. `peak` is 0…1.
    private static func bar(_ peak: Float) -> String {
        // A floating-point device may give an infinite or NaN value.
        let level = peak > 0 && peak.isFinite ? Level.dBm0(amplitude: Double(min(peak, 100))) : -100
        let blocks = max(0, min(10, Int((level + 47) / 5)))
        let number = fixed(max(level, -99), decimals: 0)
        return String(repeating: "▮", count: blocks) + String(repeating: "▯", count: 10 - blocks)
            + String(repeating: " ", count: max(0, 4 - number.count)) + number
    }
}
