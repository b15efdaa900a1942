internal import Currencies
internal import Gateway
internal import PaymentSession

extension PaymentOrder {
    /// The amount as the PaymentIntents protocol writes it.
    ///
    /// - Throws: The refusal that the gateway would answer with, where the protocol has no such charge. Nothing is
    ///   sent.
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
    /// The amount of a refund as the protocol writes it.
    ///
    /// - Throws: A refusal where the protocol cannot write it.
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
    /// The gateway's error code for it, where it has one.
    fileprivate var code: GatewayCode? {
        switch self {
        case .tooSmall: GatewayCode("amount_too_small")
        case .tooLarge: GatewayCode("amount_too_large")
        case .noRule, .wholeUnitsOnly, .lastDigitNotZero: GatewayCode("amount_not_writable")
        }
    }
}
