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
        addEncoded(value)
    }

    /// Adds a field of digits, which need no encoding.
    func add(_ name: String, _ digits: borrowing SensitiveDigits) {
        begin(name)
        digits.withDigits { digits in body.append(digits) }
    }

    /// Adds a card's number, expiry, security code and address under `prefix`, such as `payment_method_data`.
    func add(_ card: borrowing CardDetails, under prefix: String) {
        let (open, close) = prefix.isEmpty ? ("", "") : (prefix + "[", "]")
        func name(_ field: String, _ part: String = "") -> String { open + field + close + part }
        add(name("type"), "card")
        add(name("card", "[number]"), card.number)
        add(name("card", "[exp_month]"), String(card.expiry.month))
        add(name("card", "[exp_year]"), String(card.expiry.year))
        if !card.securityCode.isEmpty { add(name("card", "[cvc]"), card.securityCode) }
        if !card.houseNumber.isEmpty { add(name("billing_details", "[address][line1]"), card.houseNumber) }
        if !card.postcode.isEmpty { add(name("billing_details", "[address][postal_code]"), card.postcode) }
    }

    /// Adds what an order says, and by what it will be found again.
    ///
    /// - Parameter amount: The order's amount as the protocol writes it.
    func add(_ order: PaymentOrder, amount: Int) {
        add("amount", String(amount))
        add("currency", order.currency.lowercased())
        add("metadata[session]", order.sessionID)
        add("metadata[attempt]", order.idempotencyKey)
        if let reference = order.reference {
            add("metadata[reference]", String(reference.withoutCardNumbers.prefix(500)))
        }
    }

    private func begin(_ name: String) {
        if body.count > 0 { body.append(UInt8(ascii: "&")) }
        addEncoded(name)
        body.append(UInt8(ascii: "="))
    }

    /// Adds `text`, whole stretches of it at a time where nothing needs encoding.
    private func addEncoded(_ text: String) {
        let bytes = text.utf8.span
        var start = 0
        for index in bytes.indices where !Self.isPlain(bytes[index]) {
            body.append(bytes.extracting(start..<index))
            body.append(UInt8(ascii: "%"))
            body.append(Self.digit(bytes[index] >> 4))
            body.append(Self.digit(bytes[index] & 15))
            start = index + 1
        }
        body.append(bytes.extracting(start..<bytes.count))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
