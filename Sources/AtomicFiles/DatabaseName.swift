internal import TextFormats

extension String {
    /// The name by which SQLite opens exactly the file of this name, byte by byte.
    ///
    /// SQLite takes a name that begins with `file:` for a URI, `:memory:` for no file, and an empty one for a temporary
    /// file: a relative name goes to it with its folder before it. Bytes that are no UTF-8 go to it in a URI, the one
    /// way that libraries of texts have for them. An empty name, or one with a NUL, becomes the folder itself, which is
    /// no file that can be opened.
    package var databaseName: String {
        let bytes = PathBytes.bytes(self)
        guard !bytes.isEmpty, !bytes.contains(0) else { return "./" }
        guard PathBytes.isText(self) else { return databaseURI }
        return utf8.first == UInt8(ascii: "/") ? self : "./" + self
    }

    /// ``databaseName`` as a URI, for parameters to follow.
    package var databaseURI: String {
        let bytes = PathBytes.bytes(self)
        // An empty authority: a name that begins with two slashes has none.
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
