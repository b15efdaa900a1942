/// Checks the nesting of a JSON text before it is decoded.
///
/// Foundation's decoder refuses more than 512 levels, but traps if the text ends at that level.
package enum JSONNesting {
    /// Texts for this program have far fewer levels.
    package static let deepest = 64

    /// Whether arrays and objects in `bytes` are at most ``deepest`` deep.
    package static func isShallow(_ bytes: some Sequence<UInt8>) -> Bool {
        var (depth, isText, isEscaped) = (0, false, false)
        for byte in bytes {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > deepest { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return true
    }
}
