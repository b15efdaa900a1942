/// One JSON object on a line, its members in the order they were given.
package struct JSONLine {
    private var text = "{"

    package init() {}

    package mutating func add(_ name: String, _ value: String) { add(name, literal: JSONString.shown(value)) }
    package mutating func add(_ name: String, _ value: Int) { add(name, literal: String(value)) }

    package mutating func add(_ name: String, _ value: Bool) { add(name, literal: value ? "true" : "false") }
    /// An object within the object.
    package mutating func add(_ name: String, _ object: JSONLine) { add(name, literal: object.text + "}") }

    /// A number with a fixed count of decimals; a value that is not finite is null.
    package mutating func add(_ name: String, _ value: Double, decimals: Int) {
        add(name, literal: value.isFinite ? fixed(value, decimals: decimals) : "null")
    }

    private mutating func add(_ name: String, literal: String) {
        if text.utf8.count > 1 { text += "," }
        text += "\(JSONString.shown(name)):\(literal)"
    }

    /// The line, its end included.
    package var line: String { text + "}\n" }
}
