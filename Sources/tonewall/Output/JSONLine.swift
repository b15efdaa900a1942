import Glibc

/// One JSON object on a line, its members in the order they were given.
struct JSONLine {
    private var text = "{"

    mutating func add(_ name: String, _ value: String) { add(name, literal: JSONLine.quoted(value)) }
    mutating func add(_ name: String, _ value: Int) { add(name, literal: String(value)) }

    mutating func add(_ name: String, _ value: Bool) { add(name, literal: value ? "true" : "false") }
    /// An object within the object.
    mutating func add(_ name: String, _ object: JSONLine) { add(name, literal: object.text + "}") }

    /// A number with a fixed count of decimals; what is no number is null.
    mutating func add(_ name: String, _ value: Double, decimals: Int) {
        add(name, literal: value.isFinite ? fixed(value, decimals: decimals) : "null")
    }

    private mutating func add(_ name: String, literal: String) {
        if text.utf8.count > 1 { text += "," }
        text += "\(JSONLine.quoted(name)):\(literal)"
    }

    /// The line, its end included.
    var line: String { text + "}\n" }

    private static func quoted(_ value: String) -> String {
        var result = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case let other: result += other.jsonEscape ?? String(other)
            }
        }
        return result + "\""
    }
}

/// `value` with a fixed count of decimals, the point a point in every locale.
func fixed(_ value: Double, decimals: Int) -> String {
    let scale = pow(10, Double(decimals))
    guard value.isFinite, abs(value) * scale < 9e18 else { return String(value) }
    let scaled = Int((value * scale).rounded())
    let digits = String(scaled.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let whole = padded.dropLast(decimals)
    return (scaled < 0 ? "-" : "") + whole + (decimals > 0 ? "." + padded.suffix(decimals) : "")
}
