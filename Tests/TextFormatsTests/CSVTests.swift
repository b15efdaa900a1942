import Support
import Testing
import TextFormats

struct CSVTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
        ("two\r\nlines", "\"two\r\nlines\""), ("a;b", "\"a;b\""), (" x", "\" x\""), ("-13.2", "-13.2"), ("-", "-"),
        ("=1+1", "'=1+1"), ("+44 20", "'+44 20"), ("@SUM(A1)", "'@SUM(A1)"), ("-2+3", "'-2+3"),
        ("\t=1", "\"'\t=1\""), ("\r=1", "\"'\r=1\""), ("＝1+1", "'＝1+1"), ("=\"a\",1", "\"'=\"\"a\"\",1\""),
    ])
    func `A field is quoted if needed, and is never a formula`(text: String, field: String) {
        #expect(CSV.field(text) == field)
    }

    @Test func `A reader gets the written text back, except for the apostrophe before a formula`() {
        let seed = SeededGenerator.seedOfRun()
        var random = SeededGenerator(seed: seed)
        let pieces: [Character] = [
            "a", "é", ",", "\"", "\r", "\n", "\r\n", ";", "=", "-", "1", " ", "\t", "'", "\u{301}",
        ]
        for _ in 0..<2000 {
            let fields = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                String(
                    (0..<Int.random(in: 0...5, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
                )
            }
            let read = Self.parsed(CSV.row(fields))
            #expect(read.count == fields.count, "seed \(seed)")
            for (field, read) in zip(fields, read) {
                #expect(
                    Array(read.utf8) == Array(field.utf8) || Array(read.utf8) == Array(("'" + field).utf8),
                    "seed \(seed)")
                #expect(
                    read.unicodeScalars.first.map { "=+@\t\r\n".unicodeScalars.contains($0) } != true, "seed \(seed)")
            }
        }
    }

    /// The fields of one row, as RFC 4180 has them read.
    private static func parsed(_ row: String) -> [String] {
        var fields = [String.UnicodeScalarView()]
        var isQuoted = false
        for scalar in row.unicodeScalars.dropLast(2) {
            switch scalar {
            case "\"": isQuoted.toggle(); fields[fields.count - 1].append(scalar)
            case "," where !isQuoted: fields.append(String.UnicodeScalarView())
            default: fields[fields.count - 1].append(scalar)
            }
        }
        return fields.map { field in
            guard field.first == "\"" else { return String(field) }
            var text = String.UnicodeScalarView()
            var isEscape = false
            for scalar in field.dropFirst().dropLast() {
                isEscape = scalar == "\"" && !isEscape
                if !isEscape { text.append(scalar) }
            }
            return String(text)
        }
    }

    @Test(arguments: [
        (0.0, 1, "0.0"), (1.25, 1, "1.3"), (-1.25, 1, "-1.3"), (-0.04, 1, "0.0"), (2.0, 0, "2"), (0.005, 3, "0.005"),
        (1e300, 2, "1e+300"), (.infinity, 2, "inf"), (.nan, 2, "nan"), (12.345678, 3, "12.346"),
    ])
    func `A number has its decimals`(value: Double, decimals: Int, text: String) {
        #expect(fixed(value, decimals: decimals) == text)
    }
}
