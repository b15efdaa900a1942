internal import Glibc
internal import TextFormats

/// File names as the system has them: bytes, which need not be text.
///
/// Names are strings in the program. A byte outside valid UTF-8 becomes one scalar of ``escapes``. If a name itself has
/// such scalars, each of their bytes is escaped too. So every name has one string, and every such string leads back to
/// its bytes. Names are split at bytes: a slash followed by a combining mark is a slash.
package enum PathBytes {
    /// The scalars for the bytes 0x80…0xFF, in order. All are private-use scalars.
    static let escapes: ClosedRange<UInt32> = 0x10_F780...0x10_F7FF

    /// The path in a variable of the environment; `nil` if it is not set.
    package static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe text(cString: $0) }
    }

    /// Tonewall's folder for one kind of file: `tonewall` in the folder named by `variable`, else in `fallback` of the
    /// home folder. A relative folder is ignored (XDG Base Directory Specification); `nil` if neither is known.
    package static func accountFolder(_ variable: String, else fallback: String) -> String? {
        if let base = Self.variable(variable), base.hasPrefix("/") { return join(base, "tonewall") }
        guard let home = Self.variable("HOME"), home.hasPrefix("/") else { return nil }
        return join(join(home, fallback), "tonewall")
    }

    /// The string for a name of these bytes.
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isEscape) {
            return text
        }
        var text = String.UnicodeScalarView()
        var rest = bytes[...]
        while !rest.isEmpty {
            var parser = Unicode.UTF8.ForwardParser()
            var iterator = rest.makeIterator()
            var count = 1
            var scalar: Unicode.Scalar?
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded): (count, scalar) = (encoded.count, Unicode.UTF8.decode(encoded))
            case .error(let length): count = length
            case .emptyInput: break
            }
            if let scalar, !isEscape(scalar) {
                text.append(scalar)
            } else {
                text.append(contentsOf: rest.prefix(count).map(escape))
            }
            rest = rest.dropFirst(count)
        }
        return String(text)
    }

    /// The string for a name from the system, up to its NUL.
    package static func text(cString: UnsafePointer<CChar>) -> String {
        unsafe text(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
    }

    /// The bytes of the name for which `path` is the string.
    package static func bytes(_ path: some StringProtocol) -> [UInt8] {
        guard path.utf8.contains(0xF4) else { return Array(path.utf8) }
        var bytes: [UInt8] = []
        for scalar in path.unicodeScalars {
            if isEscape(scalar) {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                bytes.append(contentsOf: String(scalar).utf8)
            }
        }
        return bytes
    }

    /// Whether the name is valid UTF-8, so that its string equals the name.
    package static func isText(_ path: String) -> Bool { !path.unicodeScalars.contains(where: isEscape) }

    /// A name for display. Bytes that are not UTF-8 become `\xHH`. Characters that control a terminal, change a line's
    /// direction or are invisible become `\u{HH}`.
    package static func shown(_ name: String) -> String {
        guard name.unicodeScalars.contains(where: { $0.hint != nil || $0.isInvisible }) else { return name }
        var (shown, last) = ("", nil as Unicode.Scalar?)
        for scalar in name.unicodeScalars {
            // A joiner or a variation selector is visible after letters of some scripts and after emoji.
            let isPart = scalar.joins && last.map { !$0.isASCII && !$0.isInvisible } == true
            shown += scalar.hint ?? (scalar.isInvisible && !isPart ? scalar.hexadecimal : String(scalar))
            last = scalar
        }
        return shown
    }

    /// The name's bytes in base64, if ``shown(_:)`` differs from the name.
    package static func shownBytes(_ name: String) -> String? { shown(name) == name ? nil : base64(name) }

    /// The name's bytes in base 64 (RFC 4648).
    package static func base64(_ name: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bytes = bytes(name)
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < group.count ? Int(group[$1]) : 0) }
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }

    /// The command's arguments without its name, byte by byte.
    package static var arguments: [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            unsafe CommandLine.unsafeArgv[index].map { unsafe text(cString: $0) }
        }
    }

    static func isEscape(_ scalar: Unicode.Scalar) -> Bool { escapes.contains(scalar.value) }

    private static func escape(_ byte: UInt8) -> Unicode.Scalar {
        // Bytes below 0x80 are always valid UTF-8, so only the upper half is escaped.
        Unicode.Scalar(escapes.lowerBound + UInt32(byte & 0x7F)) ?? "\u{FFFD}"
    }
}

extension Unicode.Scalar {
    /// The replacement of a scalar that must not be shown: `\xHH` for a byte that is not UTF-8, `\u{HH}` for a control
    /// character; `nil` for every other.
    package var hint: String? {
        if PathBytes.isEscape(self) { return "\\x" + String(value & 0xFF, radix: 16) }
        return isSteering ? hexadecimal : nil
    }

    fileprivate var hexadecimal: String { "\\u{\(String(value, radix: 16))}" }

    /// Whether it is invisible: Unicode's default-ignorable scalars, and the marks of interlinear annotations.
    fileprivate var isInvisible: Bool {
        !isASCII && (properties.isDefaultIgnorableCodePoint || (0xFFF9...0xFFFB).contains(value))
    }

    /// Whether it is a joiner or a variation selector.
    fileprivate var joins: Bool { value == 0x200C || value == 0x200D || (0xFE00...0xFE0F).contains(value) }
}

extension PathBytes {
    private static let slash = UInt8(ascii: "/")

    /// `name` below `folder`.
    package static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty || folder.utf8.last == slash ? folder + name : folder + "/" + name
    }

    /// The part after the last slash. Slashes at the end are ignored.
    package static func lastName(_ path: String) -> String {
        let trimmed = withoutTrailingSlashes(path)
        let start = trimmed.utf8.lastIndex(of: slash).map(trimmed.utf8.index(after:))
        return String(trimmed[(start ?? trimmed.startIndex)...])
    }

    /// The folder of `path`: `.` if it has no slash.
    package static func folder(of path: String) -> String {
        let trimmed = withoutTrailingSlashes(path)
        guard let at = trimmed.utf8.lastIndex(of: slash) else { return "." }
        return at == trimmed.startIndex ? "/" : String(trimmed[..<at])
    }

    /// The part after the last dot of the last name, in lower case; empty without a dot.
    package static func suffix(_ path: String) -> String {
        let name = lastName(path)
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return name[name.utf8.index(after: dot)...].lowercased()
    }

    private static func withoutTrailingSlashes(_ path: String) -> Substring {
        var rest = path[...]
        while rest.utf8.count > 1, rest.utf8.last == slash {
            rest = rest[..<rest.utf8.index(before: rest.utf8.endIndex)]
        }
        return rest
    }
}

extension String {
    /// The name for a system call, with a final NUL. All names are passed to the system through it.
    ///
    /// A string that contains a NUL becomes the empty name, which the system refuses.
    package var systemName: [CChar] {
        let bytes = PathBytes.bytes(self)
        return (bytes.contains(0) ? [0] : bytes + [0]).map { CChar(bitPattern: $0) }
    }
}
