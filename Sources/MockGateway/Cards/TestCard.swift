/// The issuer's behaviour for a test card: the public test numbers and their outcomes.
struct CardBehaviour: Sendable, Codable, Equatable {
    /// An issuer's result for one element.
    enum Check: String, Sendable, Codable { case pass, fail, unavailable }

    /// An issuer's refusal.
    struct Decline: Sendable, Codable, Equatable {
        var code: String
        var declineCode: String?
    }

    /// The decline of each charge; `nil` if charges succeed.
    var refusal: Decline?
    /// Whether the card can be saved although each charge is declined.
    var savesDespiteRefusal = false
    /// Whether it is declined only if a security code was given.
    var refusesSecurityCodeOnly = false
    var requiresAuthentication = false
    var refundFails = false
    var securityCodeCheck = Check.pass
    var lineCheck = Check.pass
    var postcodeCheck = Check.pass

    static let succeeds = CardBehaviour()

    static func refuses(_ code: String, _ declineCode: String? = nil) -> CardBehaviour {
        CardBehaviour(refusal: Decline(code: code, declineCode: declineCode))
    }
}

extension CardBehaviour {
    /// The behaviour of the card `number`. A number that is not a test card is declined, since it could be real.
    init(number: String) {
        self = Self.table[number] ?? .refuses("card_declined", "test_mode_live_card")
    }

    private static let table: [String: CardBehaviour] = {
        var table: [String: CardBehaviour] = [
            "4000000000000002": .refuses("card_declined", "generic_decline"),
            "4000000000009995": .refuses("card_declined", "insufficient_funds"),
            "4000000000009987": .refuses("card_declined", "lost_card"),
            "4000000000009979": .refuses("card_declined", "stolen_card"),
            "4000000000000069": .refuses("expired_card", "expired_card"),
            "4000000000000119": .refuses("processing_error", "processing_error"),
            "4000000000000101": CardBehaviour(securityCodeCheck: .fail),
            "4000000000000010": CardBehaviour(lineCheck: .fail, postcodeCheck: .fail),
            "4000000000000028": CardBehaviour(lineCheck: .fail),
            "4000000000000036": CardBehaviour(postcodeCheck: .fail),
            "4000000000000044": CardBehaviour(lineCheck: .unavailable, postcodeCheck: .unavailable),
            "4000002500003155": CardBehaviour(requiresAuthentication: true),
            "4000000000005126": CardBehaviour(refundFails: true),
        ]
        table["4000000000000127"] = CardBehaviour(
            refusal: Decline(code: "incorrect_cvc", declineCode: "incorrect_cvc"), refusesSecurityCodeOnly: true,
            securityCodeCheck: .fail)
        table["4000000000000341"] = CardBehaviour(
            refusal: Decline(code: "card_declined", declineCode: "generic_decline"), savesDespiteRefusal: true)
        let approved = [
            "4242424242424242", "4000056655665556", "4111111111111111", "5555555555554444", "2223003122003222",
            "378282246310005", "371449635398431", "6011111111111117", "3056930009020004", "3566002020360505",
            "6200000000000005",
        ]
        for number in approved { table[number] = .succeeds }
        return table
    }()
}

extension CardBehaviour.Decline {
    /// The sentence for the decline.
    var message: String {
        switch (code, declineCode) {
        case ("card_declined", "insufficient_funds"): "Your card has insufficient funds."
        case ("expired_card", _): "Your card has expired."
        case ("incorrect_cvc", _): "Your card's security code is incorrect."
        case ("processing_error", _): "An error occurred while processing your card. Try again in a little bit."
        case ("authentication_required", _): "Your card was declined. This transaction requires authentication."
        default: "Your card was declined."
        }
    }
}
