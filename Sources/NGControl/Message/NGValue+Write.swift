private import TextFormats

extension NGValue {
    /// Appends the value in bencode, dictionaries in the order of their keys' bytes.
    package func appendBencode(to bytes: inout [UInt8]) {
        switch self {
        case .string(let string): Self.append(string, to: &bytes)
        case .integer(let number): bytes += "i\(number)e".utf8
        case .list(let list):
            bytes.append(UInt8(ascii: "l"))
            for value in list { value.appendBencode(to: &bytes) }
            bytes.append(UInt8(ascii: "e"))
        case .dictionary(let entries):
            bytes.append(UInt8(ascii: "d"))
            for (key, value) in entries.inOrder {
                Self.append(key, to: &bytes)
                value.appendBencode(to: &bytes)
            }
            bytes.append(UInt8(ascii: "e"))
        }
    }

    private static func append(_ string: [UInt8], to bytes: inout [UInt8]) {
        bytes += "\(string.count):".utf8
        bytes += string
    }

    /// Appends the value in JSON. Bytes that are not UTF-8 become U+FFFD.
    package func appendJSON(to bytes: inout [UInt8]) {
        switch self {
        case .string(let string): JSONString.append(String(decoding: string, as: UTF8.self), to: &bytes)
        case .integer(let number): bytes += "\(number)".utf8
        case .list(let list):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in list.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.appendJSON(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let entries):
            bytes.append(UInt8(ascii: "{"))
            for (index, entry) in entries.inOrder.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONString.append(String(decoding: entry.key, as: UTF8.self), to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                entry.value.appendJSON(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}

extension NGDictionary {
    /// The entries in the order of their keys' bytes.
    var inOrder: [(key: [UInt8], value: NGValue)] { sorted { $0.key.lexicographicallyPrecedes($1.key) } }
}
