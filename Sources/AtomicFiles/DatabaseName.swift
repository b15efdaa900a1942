internal import TextFormats

extension String {
    /// The name with which SQLite opens exactly the file of this name, byte by byte.
    ///
    /// SQLite takes a name that begins with `file:` for a URI, `:memory:` for no file, and an empty name for a
    /// temporary file. So a relative name is passed with its folder before it. Bytes that are not UTF-8 are passed in a
    /// URI, because text libraries have no other way. An empty name, or one with a NUL, becomes the folder itself,
    /// which cannot be opened as a file.
    package var databaseName: String {
        let bytes = PathBytes.bytes(self)
        guard !bytes.isEmpty, !bytes.contains(0) else { return "./" }
        guard PathBytes.isText(self) else { return databaseURI }
        return utf8.first == UInt8(ascii: "/") ? self : "./" + self
    }

    /// ``databaseName`` as a URI, for parameters to follow.
    package var databaseURI: String {
        let bytes = PathBytes.bytes(self)
        // The authority is empty, because a name that begins with two slashes would otherwise become one.
        var uri = bytes.first == UInt8(ascii: "/") ? "file://" : "file:./"
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D...0x2F, 0x5F:
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            default: uri += Hex.percentEncoded(byte)
            }
        }
        return uri
    }
}
