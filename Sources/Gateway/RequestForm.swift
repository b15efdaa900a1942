internal import CurlClient
@_spi(GatewayDoor) internal import PaymentSession

/// Form-encoded request bodies, written straight into locked memory.
///
/// The one place of the whole project where card digits are read: they go from their own locked pages into the body's.
struct RequestForm {
    let body = LockedBuffer(capacity: 4096)

    /// Adds a field; name and value are percent-encoded.
    func add(_ name: String, _ value: String) {
        begin(name)
        for byte in value.utf8 { addEncoded(byte) }
    }

    /// Adds a field of digits, which need no encoding.
    func add(_ name: String, _ digits: borrowing SensitiveDigits) {
        begin(name)
        digits.withDigits { digits in
            for index in digits.indices { body.append(digits[index]) }
        }
    }

    /// Adds a card's number, expiry, security code and address under `prefix`, such as `payment_method_data`.
    func add(_ card: borrowing CardDetails, under prefix: String) {
        func name(_ path: String...) -> String {
            let parts = prefix.isEmpty ? path : [prefix] + path
            return parts[0] + parts.dropFirst().map { "[\($0)]" }.joined()
        }
        add(name("type"), "card")
        add(name("card", "number"), card.number)
        add(name("card", "exp_month"), String(card.expiry.month))
        add(name("card", "exp_year"), String(card.expiry.year))
        if !card.securityCode.isEmpty { add(name("card", "cvc"), card.securityCode) }
        if !card.houseNumber.isEmpty { add(name("billing_details", "address", "line1"), card.houseNumber) }
        if !card.postcode.isEmpty { add(name("billing_details", "address", "postal_code"), card.postcode) }
    }

    /// Adds what an order says, and by what it will be found again.
    func add(_ order: PaymentOrder) {
        add("amount", String(order.amount))
        add("currency", order.currency.lowercased())
        add("metadata[session]", order.sessionID)
        add("metadata[attempt]", order.idempotencyKey)
        if let reference = order.reference {
            add("metadata[reference]", String(reference.withoutCardNumbers.prefix(500)))
        }
    }

    private func begin(_ name: String) {
        if body.count > 0 { body.append(UInt8(ascii: "&")) }
        for byte in name.utf8 { addEncoded(byte) }
        body.append(UInt8(ascii: "="))
    }

    private func addEncoded(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            body.append(byte)
        default:
            let digits = Array("0123456789ABCDEF".utf8)
            body.append(UInt8(ascii: "%"))
            body.append(digits[Int(byte >> 4)])
            body.append(digits[Int(byte & 15)])
        }
    }
}
