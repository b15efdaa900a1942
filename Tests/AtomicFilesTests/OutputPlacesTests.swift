import AtomicFiles
import Failures
import Foundation
import Testing

@Suite struct OutputPlacesTests {
    @Test func `An output that is an input by any spelling or link is refused`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "places-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "in").path
        try Data([1]).write(to: URL(filePath: input))
        let link = folder.appending(path: "link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: input)
        for output in [input, link, folder.path + "/./in"] {
            let failure = #expect(throws: Failure.self) {
                try OutputPlaces.refuse(["\(folder.path)/new", output], over: [input], "the input itself")
            }
            #expect(failure?.file == output && failure?.what == "is the input itself")
        }
        try OutputPlaces.refuse(["\(folder.path)/new", "/nowhere/at/all"], over: [input], "the input itself")
        // What is not there yet is one place by its folder and name.
        let absent = folder.path + "/absent"
        #expect(throws: Failure.self) { try OutputPlaces.refuse([folder.path + "//absent"], over: [absent], "it") }
    }
}
