package import TextFormats

extension JSONLine {
    /// Adds a file's name as `file`. If it is not valid UTF-8, its other bytes become `\xHH`, and `path_bytes` has the
    /// whole name in base 64.
    package mutating func add(file name: String) {
        add("file", PathBytes.isText(name) ? name : PathBytes.shown(name))
        if !PathBytes.isText(name) { add("path_bytes", PathBytes.base64(name)) }
    }
}
