/// One JSON object on a line, with its members in the order in which they were added.
package struct JSONLine {
    private var text = "{"

    package init() {}

    package mutating func add(_ name: String, _ value: String) { add(name, literal: JSONString.shown(value)) }
    package mutating func add(_ name: String, _ value: Int) { add(name, literal: String(value)) }

    package mutating func add(_ name: String, _ value: Bool) { add(name, literal: value ? "true" : "false") }
    /// Adds an object as a member.
    package mutating func add(_ name: String, _ object: JSONLine) { add(name, literal: object.text + "}") }

    /// Adds a number with a fixed number of decimals. An infinite or NaN value becomes null.
    package mutating func add(_ name: String, _ value: Double, decimals: Int) {
        add(name, literal: value.isFinite ? fixed(value, decimals: decimals) : "null")
    }

    private mutating func add(_ name: String, literal: String) {
        if text.utf8.count > 1 { text += "," }
        text += "\(JSONString.shown(name)):\(literal)"
    }

    /// The line with its line feed.
    package var line: String { text + "}\n" }
}
