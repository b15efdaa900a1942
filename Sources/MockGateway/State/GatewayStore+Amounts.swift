internal import Currencies

extension GatewayStore {
    /// Refuses a charge that the protocol does not accept: too small, or with a fraction that the currency does not
    /// allow.
    static func checkCharge(of amount: Int, in currency: Currency) throws(APIError) {
        try checkFraction(of: amount, in: currency)
        guard let units = ProtocolAmount(value: amount).minorUnits(of: currency) else { return }
        do throws(AmountRefusal) {
            _ = try ProtocolAmount(charge: units, of: currency)
        } catch {
            guard case .tooSmall(let least) = error else { return }
            throw .invalid(
                "Amount must be at least \(currency.decimal(of: least)) \(currency.code.lowercased())",
                code: "amount_too_small", parameter: "amount")
        }
    }

    /// Refuses a fraction that the currency does not allow: `isk` and `ugx` end in 00, three decimals in 0.
    static func checkFraction(of amount: Int, in currency: Currency) throws(APIError) {
        guard ProtocolAmount(value: amount).minorUnits(of: currency) == nil else { return }
        let code = currency.code.lowercased()
        throw .invalid(
            currency.decimals == 0
                ? "Invalid amount: \(code) has no fraction, so the amount must be divisible by 100."
                : "Invalid amount: the last digit of an amount in \(code) must be 0.",
            code: "parameter_invalid_integer", parameter: "amount")
    }
}
