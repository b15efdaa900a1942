/// A numeric address of IPv4 or IPv6.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 bytes or 16, in the order of the network.
    package let bytes: [UInt8]

    /// `nil` for another number of bytes than 4 and 16.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads `192.0.2.1` or `2001:db8::1`; no names, no zones, no brackets.
    package init?(_ text: String) {
        let text = Array(text.utf8)
        guard text.count <= 45, let bytes = text.contains(Self.colon) ? Self.six(text) : Self.four(text) else {
            return nil
        }
        self.bytes = bytes
    }

    package var isIPv6: Bool { bytes.count == 16 }
    /// `0.0.0.0` or `::`, by which old phones hold a call.
    package var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    /// The address as text (RFC 5952).
    package var description: String {
        guard isIPv6 else { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let zeros = Self.longestZeros(groups)
        let text = { (range: Range<Int>) in
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return zeros.isEmpty ? text(0..<8) : text(0..<zeros.lowerBound) + "::" + text(zeros.upperBound..<8)
    }

    private static let colon = UInt8(ascii: ":")

    /// The first longest run of two zero groups or more.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var (longest, start) = (0..<0, 0)
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > longest.count { longest = start..<end }
            start = max(end, start + 1)
        }
        return longest
    }

    private static func four(_ text: [UInt8]) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            // A leading zero is read as octal by some.
            guard 1...3 ~= part.count, part.allSatisfy({ 0x30...0x39 ~= $0 }), part.count == 1 || part.first != 0x30,
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func six(_ text: [UInt8]) -> [UInt8]? {
        let pairs = text.indices.dropLast().filter { text[$0] == colon && text[$0 + 1] == colon }
        guard let gap = pairs.first else {
            guard let bytes = groups(text[...], mayEndInFour: true), bytes.count == 16 else { return nil }
            return bytes
        }
        guard pairs.count == 1, let head = groups(text[..<gap], mayEndInFour: false),
            let tail = groups(text[(gap + 2)...], mayEndInFour: true), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// The bytes of groups with one colon between; none for no text.
    private static func groups(_ text: ArraySlice<UInt8>, mayEndInFour: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: colon, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInFour, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let four = four(Array(part)) else { return nil }
                bytes += four
            } else {
                guard 1...4 ~= part.count, part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-"),
                    let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }
}
