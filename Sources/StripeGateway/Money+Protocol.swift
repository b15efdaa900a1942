internal import Currencies
internal import Gateway
internal import PaymentSession

extension PaymentOrder {
    /// The amount in the unit of the PaymentIntents protocol.
    ///
    /// - Throws: The gateway's refusal of the amount, if the protocol does not allow the charge. Nothing is sent then.
    var protocolCharge: Int {
        get throws(GatewayFault) {
            guard let currency = Currency(currency) else {
                throw .refused(GatewayRefusal(status: 400, code: GatewayCode("currency_unknown")))
            }
            do throws(AmountRefusal) {
                return try ProtocolAmount(charge: amount, of: currency).value
            } catch {
                throw .refused(GatewayRefusal(status: 400, code: error.code))
            }
        }
    }
}

extension Money {
    /// The amount of a refund in the unit of the protocol.
    ///
    /// - Throws: A refusal if the protocol cannot write the amount.
    var protocolRefund: Int {
        get throws(GatewayFault) {
            do throws(AmountRefusal) {
                return try ProtocolAmount(refund: minorUnits, of: currency).value
            } catch {
                throw .refused(GatewayRefusal(status: 400, code: error.code))
            }
        }
    }
}

extension AmountRefusal {
    /// The gateway's error code for the refusal, or `nil`.
    fileprivate var code: GatewayCode? {
        switch self {
        case .tooSmall: GatewayCode("amount_too_small")
        case .tooLarge: GatewayCode("amount_too_large")
        case .noRule, .wholeUnitsOnly, .lastDigitNotZero: GatewayCode("amount_not_writable")
        }
    }
}
