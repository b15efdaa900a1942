/// A non-negative number with leading zeros, in `digits` digits or more if necessary.
package func padded(_ number: some BinaryInteger, _ digits: Int, radix: Int = 10) -> String {
    let text = String(number, radix: radix)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

/// The decimal number of `units` with `decimals` places: 4200 with two decimals is `42.00`.
package func decimal(_ units: Int, decimals: Int) -> String {
    let digits = padded(units.magnitude, decimals + 1)
    return (units < 0 ? "-" : "") + digits.dropLast(decimals) + (decimals > 0 ? "." + digits.suffix(decimals) : "")
}

/// Bytes in hexadecimal, two digits each.
package enum Hex {
    /// The bytes in lower-case digits.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of hexadecimal digits in either case; `nil` for other characters or an odd number of them.
    package static func bytes(_ digits: [UInt8]) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// The value of a hexadecimal digit in either case; `nil` for other characters.
    package static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// A byte in percent-encoding (RFC 3986), such as `%2F`.
    package static func percentEncoded(_ byte: UInt8) -> String { "%" + padded(byte, 2, radix: 16).uppercased() }

    private static let digits = Array("0123456789abcdef".utf8)
}
