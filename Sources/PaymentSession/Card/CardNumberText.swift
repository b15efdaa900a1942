/// The rule that removes card numbers from text of people, files or gateways, before it reaches a ledger, log, webhook,
/// event or error.
///
/// A possible card number is a sequence of digits of any script. It is unbroken, or in groups with up to three spaces,
/// dashes, dots, slashes or other marks between them. It has the length and the first digits of a card scheme and
/// passes the Luhn formula. It consists of whole groups, or begins a longer group.
///
/// A UUID is not a card number, and neither is a telephone number with its `+`. A letter or one of `: @ = & " < > { }`
/// separates digits.
extension StringProtocol {
    /// Whether the text may hold a card number.
    public var mayHoldCardNumber: Bool {
        mayHoldDigits(atLeast: CardBrand.allNumberLengths.lowerBound) && !CardNumberScan(self).cardNumbers.isEmpty
    }

    /// The text with the digits of possible card numbers masked.
    public var withoutCardNumbers: String {
        guard mayHoldDigits(atLeast: CardBrand.allNumberLengths.lowerBound) else { return String(self) }
        let scan = CardNumberScan(self)
        return scan.covering(scan.cardNumbers.flatMap { $0 })
    }

    /// The text with every run of four or more digits masked, and every sequence of twelve or more digits with only
    /// marks between them. It is for error messages, where a number helps less than a mistyped card number harms.
    public var withoutNumbers: String {
        guard mayHoldDigits(atLeast: 4) else { return String(self) }
        let scan = CardNumberScan(self)
        return scan.covering(scan.numbers)
    }

    /// The text, which quotes some of `sources`, with possible card numbers masked. The numbers that ``withoutNumbers``
    /// masks in a source are masked too. Other numbers stay.
    public func withoutNumbers(of sources: [String]) -> String {
        guard mayHoldDigits(atLeast: 1) else { return String(self) }
        let covered = Set(
            sources.flatMap { source in
                let scan = CardNumberScan(source)
                return scan.numbers.map(scan.values)
            })
        let scan = CardNumberScan(self)
        return scan.covering(
            scan.cardNumbers.flatMap { $0 } + scan.runs.joined().filter { covered.contains(scan.values(of: $0)) })
    }

    /// A quick first check: whether the text has `least` digits or more.
    private func mayHoldDigits(atLeast least: Int) -> Bool {
        func count(_ bytes: some Sequence<UInt8>) -> Int {
            var count = 0
            for byte in bytes where (0x30...0x39).contains(byte) || byte >= 0xC0 { count += 1 }
            return count
        }
        // Contiguous text is read in one piece. Otherwise every byte costs a call.
        let found = utf8.withContiguousStorageIfAvailable { unsafe count($0) } ?? count(utf8)
        return found >= least
    }
}

/// A text's digits in groups, and the groups in runs with only marks between them.
private struct CardNumberScan {
    /// Largest number of marks between two groups.
    private static let longestGap = 3

    /// The positions of successive digits.
    typealias Group = Range<Int>

    private let scalars: [Unicode.Scalar]
    /// The value of the digit at each position; `nil` if there is no digit.
    private let digits: [UInt8?]
    private(set) var runs: [[Group]] = []

    init(_ text: some StringProtocol) {
        scalars = Array(text.unicodeScalars)
        digits = scalars.map(Self.digit)
        var place = 0
        var run: [Group] = []
        // Number of marks since the last digit; `nil` once another character has ended the run.
        var gap: Int? = 0
        while place < scalars.count {
            if let end = endOfUUID(at: place) {
                place = end
                gap = nil
            } else if digits[place] != nil {
                let start = place
                while place < scalars.count, digits[place] != nil { place += 1 }
                if (gap ?? .max) > Self.longestGap { close(&run) }
                run.append(start..<place)
                gap = 0
            } else {
                gap = Self.breaks(scalars[place]) ? nil : gap.map { $0 + 1 }
                place += 1
            }
        }
        close(&run)
    }

    private mutating func close(_ run: inout [Group]) {
        if !run.isEmpty { runs.append(run) }
        run = []
    }

    /// Groups of four or more digits, and every group of a run of twelve or more.
    var numbers: [Group] {
        runs.flatMap { run in
            run.reduce(0) { $0 + $1.count } >= CardBrand.allNumberLengths.lowerBound
                ? run : run.filter { $0.count >= 4 }
        }
    }

    /// The digits of a group, each 0 to 9.
    func values(of group: Group) -> [UInt8] { group.compactMap { digits[$0] } }

    /// The possible card numbers, each as its groups.
    var cardNumbers: [[Group]] { runs.flatMap(cardNumbers) }

    private func cardNumbers(in run: [Group]) -> [[Group]] {
        guard !isTelephoneNumber(run) else { return [] }
        var found: [[Group]] = []
        for first in run.indices {
            var number: [UInt8] = []
            for last in first..<run.count where number.count < CardBrand.allNumberLengths.upperBound {
                number += values(of: run[last])
                if number.isCardNumber { found.append(Array(run[first...last])) }
            }
            // An expiry or security code may follow in the same group.
            let group = values(of: run[first])
            for length in [14, 15, 16] where group.count > length && Array(group[..<length]).isCardNumber {
                found.append([run[first]])
            }
        }
        return found
    }

    /// Whether the run is a telephone number by ITU-T E.123: a plus sign and 15 digits at most.
    private func isTelephoneNumber(_ run: [Group]) -> Bool {
        let start = run[0].lowerBound
        guard start > 0, scalars[start - 1] == "+", run.reduce(0, { $0 + $1.count }) <= 15 else { return false }
        return start == 1 || !scalars[start - 2].isLetterOrNumber
    }

    /// The position after the UUID that begins at `place`, or `nil`.
    private func endOfUUID(at place: Int) -> Int? {
        let lengths = [8, 4, 4, 4, 12]
        guard place + 36 <= scalars.count, place == 0 || !scalars[place - 1].isLetterOrNumber else { return nil }
        var next = place
        for length in lengths {
            if next > place {
                guard scalars[next] == "-" else { return nil }
                next += 1
            }
            for _ in 0..<length {
                guard scalars[next].isASCII, scalars[next].properties.isASCIIHexDigit else { return nil }
                next += 1
            }
        }
        return next == scalars.count || !scalars[next].isLetterOrNumber ? next : nil
    }

    /// The text with the digits of these groups masked.
    func covering(_ groups: [Group]) -> String {
        var text = String.UnicodeScalarView()
        let covered = Set(groups.flatMap { $0 })
        for place in scalars.indices { text.append(covered.contains(place) ? "•" : scalars[place]) }
        return String(text)
    }

    private static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.isASCII { return ("0"..."9").contains(scalar) ? UInt8(scalar.value - 0x30) : nil }
        guard let value = scalar.properties.numericValue, (0...9).contains(value), value == value.rounded() else {
            return nil
        }
        return UInt8(value)
    }

    /// Whether the scalar separates the digits before and after it.
    private static func breaks(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isLetterOrNumber || ":@=&\"<>{}".unicodeScalars.contains(scalar)
    }
}

extension Unicode.Scalar {
    fileprivate var isLetterOrNumber: Bool {
        if isASCII { return ("0"..."9").contains(self) || ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
        return properties.isAlphabetic || properties.numericType != nil
    }
}

extension [UInt8] {
    /// Whether the digits, each 0 to 9, have the form of a card number of any scheme.
    fileprivate var isCardNumber: Bool {
        guard CardBrand.allNumberLengths.contains(count) else { return false }
        let text = map { $0 + 0x30 }
        let prefix = self[..<6].reduce(0) { $0 * 10 + Int($1) }
        let fits =
            CardBrand(firstDigits: text.span)?.numberLengths.contains(count)
            ?? (Self.otherSchemes.contains { $0.contains(prefix) } && count >= 16)
        return fits && passesLuhn(text.span)
    }

    /// First digits of schemes that a session never accepts: Mir, RuPay and Hipercard, Troy.
    private static let otherSchemes = [220_000...220_499, 606_000...608_999, 979_200...979_289]
}
