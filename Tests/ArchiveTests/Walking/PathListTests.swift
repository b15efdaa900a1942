import Archive
import AudioIO
import Foundation
import Testing

@Suite struct PathListTests {
    private static func read(_ bytes: [UInt8]) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "list-\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try PathList.read(file.path)
    }

    @Test func `A line is a path without its carriage return`() throws {
        #expect(try Self.read(Array("a.wav\r\n\nb c.wav\nlast".utf8)) == ["a.wav", "b c.wav", "last"])
        #expect(try PathList.read(nil) == [] && Self.read([]) == [])
    }

    @Test func `If a NUL ends paths, line feeds are parts of names`() throws {
        #expect(try Self.read(Array("a\nb\0c\r\0".utf8)) == ["a\nb", "c\r"])
    }

    @Test func `A missing list is an error`() {
        #expect(throws: AudioFileError.notFound(path: "/nowhere/list")) { try PathList.read("/nowhere/list") }
    }
}
