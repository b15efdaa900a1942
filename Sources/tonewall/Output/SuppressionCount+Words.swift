import Suppression

extension SuppressionCount {
    /// What was done to a leg, without a word on which keys.
    var words: String {
        "\(presses) presses, \(fragments) fragments, \(echoes) echoes taken out, \(talkOffs) pieces of speech made no key"
    }
}
