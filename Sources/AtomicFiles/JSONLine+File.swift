package import TextFormats

extension JSONLine {
    /// A file's name, as `file`; where it is no valid UTF-8 its other bytes stand as `\xHH`, and `path_bytes` holds all
    /// of them in base 64.
    package mutating func add(file name: String) {
        add("file", PathBytes.isText(name) ? name : PathBytes.shown(name))
        if !PathBytes.isText(name) { add("path_bytes", PathBytes.base64(name)) }
    }
}
