internal import TextFormats

/// Names of unfinished files: `.tonewall-`, 16 random hexadecimal digits, `-`, and the name of the target.
///
/// The name ends like the target's, so that programs that use the extension treat it like the target.
package enum TemporaryName {
    static let prefix = Array(".tonewall-".utf8)
    private static let digits = 16
    /// Number of bytes of the target's name that are kept. File systems allow names of 255 bytes.
    private static let longest = 200

    static func make(for name: [UInt8]) -> [UInt8] {
        prefix + padded(UInt64.random(in: 0...UInt64.max), digits, radix: 16).utf8 + [0x2D] + truncated(name)
    }

    /// The part of `name` that is kept.
    static func truncated(_ name: [UInt8]) -> [UInt8] { Array(name.suffix(longest)) }

    /// Whether `name` is the name of an unfinished file.
    package static func isTemporary(_ name: some Collection<UInt8>) -> Bool { target(of: name) != nil }

    /// The end of the target's name of a temporary file called `name`; `nil` if it is not temporary.
    static func target(of name: some Collection<UInt8>) -> [UInt8]? {
        let bytes = Array(name)
        guard bytes.starts(with: prefix), bytes.count > prefix.count + digits + 1 else { return nil }
        let number = bytes[prefix.count..<prefix.count + digits]
        let isHexadecimal = number.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isHexadecimal, bytes[prefix.count + digits] == 0x2D else { return nil }
        return Array(bytes[(prefix.count + digits + 1)...])
    }
}
