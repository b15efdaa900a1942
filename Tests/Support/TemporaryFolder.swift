import Foundation

/// A folder of its own for one test, gone when the value is.
public final class TemporaryFolder {
    /// Where it is.
    public let path: String

    public init() {
        path = NSTemporaryDirectory() + "tonewall-test-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` inside.
    public func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Names of everything inside, hidden files too, in order.
    public var contents: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    /// The bytes of the file called `name`.
    public func bytes(_ name: String) -> [UInt8] {
        FileManager.default.contents(atPath: self(name)).map { Array($0) } ?? []
    }

    /// Writes a file called `name` and gives its path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) -> String {
        _ = FileManager.default.createFile(atPath: self(name), contents: Data(bytes))
        return self(name)
    }
}
