package import Failures

extension Currency {
    /// The currency with the code `code`, as typed by a person.
    ///
    /// - Throws: ``Failure`` if ISO 4217 lists no currency in use with this code.
    package static func named(_ code: String) throws(Failure) -> Currency {
        if let currency = Currency(code) { return currency }
        // Text other than three letters may be anything, even a card number, so it is not repeated.
        let isWord = code.utf8.count == 3 && code.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
        throw Failure(
            .usage, code: "payment.currency",
            "\(isWord ? code : "that") is no currency: ISO 4217 lists no money in use under it",
            advice: "as --currency GBP")
    }

    /// The minor units of an amount to charge, which a person typed in major units.
    ///
    /// - Throws: ``Failure`` if the text is not an amount of this currency or the gateway's protocol does not accept
    ///   it.
    package func charge(_ text: String) throws(Failure) -> Int {
        try minorUnits(of: text, example: 4200) { amount throws(AmountRefusal) in
            try ProtocolAmount(charge: amount, of: self)
        }
    }

    /// The minor units of an amount to refund, which a person typed in major units.
    ///
    /// - Throws: ``Failure`` if the text is not an amount of this currency or the gateway's protocol cannot write it.
    package func refund(_ text: String) throws(Failure) -> Int {
        try minorUnits(of: text, example: 400) { amount throws(AmountRefusal) in
            try ProtocolAmount(refund: amount, of: self)
        }
    }

    private func minorUnits(
        of text: String, example: Int, _ check: (Int) throws(AmountRefusal) -> ProtocolAmount
    ) throws(Failure) -> Int {
        guard let amount = minorUnits(of: text) else {
            let form = decimals > 0 ? " and a point, \(decimals) of them behind it at most" : " alone"
            throw Failure(
                .usage, code: "payment.amount", "an amount of \(code) is digits\(form), above zero",
                advice: "as --amount \(decimal(of: example))")
        }
        do throws(AmountRefusal) {
            _ = try check(amount)
            return amount
        } catch {
            let (what, advice) = error.words(for: self)
            throw Failure(.usage, code: "payment.amount", what, advice: advice)
        }
    }
}
