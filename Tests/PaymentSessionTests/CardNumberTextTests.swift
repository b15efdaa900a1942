import Foundation
import PaymentSession
import Support
import Testing

/// The rule that removes card numbers from stored and reported text: all of them are found, and nothing else is
/// refused.
@Suite(.ownThread) struct CardNumberTextTests {
    private static let seed = SeededGenerator.seedOfRun()

    @Test(arguments: [
        "4242424242424242", "4242-4242-4242-4242@x.com", "4242 4242 4242 4242", "4242.4242.4242.4242",
        "4242/4242/4242/4242",
        "4242_4242_4242_4242", "4242 – 4242 – 4242 – 4242", "4242\u{A0}4242\u{2007}4242\u{2009}4242",
        "4242‐4242‑4242—4242", "4242\u{200B}4242\u{AD}4242\u{2060}4242", "４２４２　４２４２　４２４２　４２４２", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
        "४२४२ ४२४२ ४२४२ ४२४२", "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2", "3782 822463 10005", "pm_378282246310005",
        "4242424242424242123", "42424242424242421234123", "42.00 to 4242 4242 4242 4242 12/34", "30569309020004",
        "(4242) 4242, 4242 4242", "4\u{20E3}2\u{20E3}4\u{20E3}2\u{20E3}4242 4242 4242", "x+378282246310005@example.com",
        "2200 0000 0000 0004",
    ])
    func `A card number is recognised in any form`(text: String) {
        #expect(text.mayHoldCardNumber)
        #expect(!text.withoutCardNumbers.mayHoldCardNumber)
        #expect(
            text.withoutNumbers.unicodeScalars.count { $0.properties.numericType != nil } <= 8, "\(text.withoutNumbers)"
        )
    }

    @Test(arguments: [
        "", "pi_3MtwBwLkdIwHu7ix28a3tqPa", "2026-11-24T17:43:12.466Z", "2026-11-24 17:43:12", "+44 1632 960123",
        "+1 (415) 555-0132", "+49 1512 3456789", "INV-2026-000123", "http://192.168.100.200:65535/v1", "1795542420840",
        "4242 4242 4242 4243", "4242", "12/34", "GB33BUKB20201555555555", "00000000-0000-4000-8000-424242424242",
        "4242 and 4242 and 4242 and 4242", "8:4242 9:4242 10:4242", "rehearsal-999999-499-again12",
    ])
    func `Other numbers pass`(text: String) {
        #expect(!text.mayHoldCardNumber)
        #expect(text.withoutCardNumbers == text)
    }

    @Test func `All longer numbers in free text are masked`() {
        #expect("the 24th, 42-42-42-42-42-42-42-42".withoutNumbers == "the 24th, ••-••-••-••-••-••-••-••")
        #expect("call 12345, room 123".withoutNumbers == "call •••••, room 123")
    }

    @Test func `Quoted numbers are masked, and the text's own numbers stay`() {
        #expect("-j takes 1 to 1024".withoutNumbers(of: ["verify", "-j", "0"]) == "-j takes 1 to 1024")
        #expect("'12345' is not 1 to 1024".withoutNumbers(of: ["-j", "12345"]) == "'•••••' is not 1 to 1024")
        #expect("not '42-42-42-42-42-42'".withoutNumbers(of: ["42-42-42-42-42-42"]) == "not '••-••-••-••-••-••'")
        #expect("'４２４２' is not 123".withoutNumbers(of: ["４２４２", "x123"]) == "'••••' is not 123")
        // What no argument tells of is held to be a card number's all the same.
        #expect(!"not 4242 4242 4242 4242".withoutNumbers(of: []).mayHoldCardNumber)
    }

    @Test func `Random card numbers in random forms are always recognised and masked`() {
        print("seed \(Self.seed): TONEWALL_SEED=\(Self.seed) writes the same again")
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<20_000 {
            let number = Self.cardNumber(&random)
            let written = Self.written(number, &random)
            #expect(written.mayHoldCardNumber, "\(written) (seed \(Self.seed))")
            let covered = written.withoutCardNumbers
            #expect(!covered.mayHoldCardNumber, "\(covered) (seed \(Self.seed))")
        }
    }

    @Test func `Random names, times and telephone numbers are never refused`() {
        print("seed \(Self.seed): TONEWALL_SEED=\(Self.seed) makes the same up again")
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<20_000 {
            for text in Self.harmless(&random) {
                #expect(!text.mayHoldCardNumber, "\(text) (seed \(Self.seed))")
                #expect(text.withoutCardNumbers == text)
            }
        }
    }

    @Test func `Few account numbers of a card number's length are taken for one`() {
        var random = SeededGenerator(seed: Self.seed)
        for length in 12...19 {
            let refused = (0..<10_000).count { _ in
                String((0..<length).map { _ in "0123456789".randomElement(using: &random) ?? "0" }).mayHoldCardNumber
            }
            print("\(length) digits: \(Double(refused) / 100) % (seed \(Self.seed))")
            #expect(refused < 800, "\(length) digits (seed \(Self.seed))")
        }
    }

    /// A number of some scheme's range and length, with its check digit.
    private static func cardNumber(_ random: inout SeededGenerator) -> [Int] {
        let ranges: [(prefix: Int, lengths: [Int])] = [
            (4, [13, 16, 19]), (51, [16]), (2221, [16]), (34, [15]), (37, [15]), (6011, [16, 19]), (36, [14, 16]),
            (3528, [16]), (62, [16, 19]), (5018, [12, 16, 19]),
        ]
        let (prefix, lengths) = ranges.randomElement(using: &random) ?? (4, [16])
        let length = lengths.randomElement(using: &random) ?? 16
        var digits = String(prefix).compactMap(\.wholeNumberValue)
        while digits.count < length - 1 { digits.append(Int.random(in: 0...9, using: &random)) }
        // The digit before the check digit is doubled, and each second one from there.
        let sum = digits.reversed().enumerated().reduce(0) { sum, item in
            let weighted = item.offset.isMultiple(of: 2) ? 2 * item.element : item.element
            return sum + weighted / 10 + weighted % 10
        }
        return digits + [(10 - sum % 10) % 10]
    }

    /// In groups, with marks between them, in some script, amid words.
    private static func written(_ digits: [Int], _ random: inout SeededGenerator) -> String {
        let zeros: [UInt32] = [0x30, 0x30, 0x30, 0xFF10, 0x660, 0x6F0, 0x966, 0x1D7CE]
        let marks = [
            " ", "-", ".", "/", "_", ",", "–", "—", "\u{A0}", "\u{2009}", "\u{3000}", "\u{AD}", "·", "\t", "\n",
        ]
        let zero = zeros.randomElement(using: &random) ?? 0x30
        let mark = marks.randomElement(using: &random) ?? " "
        let gap = String(repeating: mark, count: Int.random(in: 0...3, using: &random))
        var group = Int.random(in: 1...6, using: &random)
        var text = ["", "card ", "ref:", "a", "paid by ", "mail@", "12 May, "].randomElement(using: &random) ?? ""
        for (index, digit) in digits.enumerated() {
            if let scalar = Unicode.Scalar(zero + UInt32(digit)) { text.unicodeScalars.append(scalar) }
            group -= 1
            if group == 0, index < digits.count - 1 {
                text += gap
                group = Int.random(in: 1...6, using: &random)
            }
        }
        return text + (["", "@example.com", " said so", "x", ": declined"].randomElement(using: &random) ?? "")
    }

    private static func harmless(_ random: inout SeededGenerator) -> [String] {
        func digits(_ count: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: count, using: &random)).map { _ in "0123456789".randomElement(using: &random) ?? "0"
                })
        }
        func identifier() -> String {
            let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            return String((0..<24).map { _ in letters.randomElement(using: &random) ?? "a" })
        }
        func hexadecimal(_ count: Int) -> String {
            String((0..<count).map { _ in "0123456789abcdef".randomElement(using: &random) ?? "0" })
        }
        let uuid = [8, 4, 4, 4, 12].map(hexadecimal).joined(separator: "-")
        let moment = Date(
            timeIntervalSince1970: Double(Int.random(in: 1_000_000_000...3_900_000_000, using: &random)) + 0.466)
        let stamp = moment.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
        let payment = "pi_" + identifier()
        let telephone = "+" + digits(1...3) + " " + digits(3...4) + " " + digits(3...8)
        let address = (0..<4).map { _ in String(Int.random(in: 0...255, using: &random)) }.joined(separator: ".")
        return [
            uuid, uuid.uppercased() + "-1", "call-" + uuid, stamp, stamp.replacing("T", with: " "), payment,
            "\(payment)-refund-\(Int.random(in: 1...99, using: &random))", telephone,
            telephone.replacing(" ", with: ""),
            telephone.replacing(" ", with: "-"), "http://\(address):\(Int.random(in: 1...65535, using: &random))/v1",
            "payer\(digits(1...8))@example.com", "INV-" + digits(1...11),
            String(Int(moment.timeIntervalSince1970 * 1000)),
        ]
    }
}
