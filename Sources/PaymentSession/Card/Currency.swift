/// A currency and how many decimals its minor unit has (ISO 4217).
public struct Currency: Sendable, Hashable {
    /// Three upper-case letters.
    public let code: String
    /// Decimals of the minor unit: 2 for most, 0 for the yen, 3 for the Kuwaiti dinar.
    public let decimals: Int

    /// `nil` where `code` is not three letters; either case will do.
    public init?(_ code: String) {
        let upper = code.uppercased()
        guard upper.utf8.count == 3, upper.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
        self.code = upper
        if Self.withoutDecimals.contains(upper) {
            decimals = 0
        } else {
            decimals = Self.withThreeDecimals.contains(upper) ? 3 : 2
        }
    }

    /// The amount written as `text` (`42`, `42.5`, `42.50`) in minor units; `nil` where it is none above zero or too fine.
    public func minorUnits(of text: String) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || (1...3).contains(fraction.count), fraction.count <= decimals else { return nil }
        let digits = whole + fraction + String(repeating: "0", count: decimals - fraction.count)
        guard digits.count <= 15, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let amount = Int(digits),
            amount > 0
        else { return nil }
        return amount
    }

    /// `amount` minor units as they are written: `GBP 42.00`.
    public func text(of amount: Int) -> String {
        let digits = String(amount)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        guard decimals > 0 else { return "\(code) \(padded)" }
        return "\(code) \(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    private static let withoutDecimals: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
    ]
    private static let withThreeDecimals: Set<String> = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
}
