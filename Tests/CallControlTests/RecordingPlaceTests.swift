import AudioIO
import CallControl
import Failures
import Support
import Testing

/// Where a live call is recorded.
struct RecordingPlaceTests {
    private let names = RecordingName.Names(call: "LINE-1", session: nil, reference: nil)

    private func place(_ file: String?, _ folder: String? = nil, special: Bool = false) -> RecordingPlace {
        RecordingPlace(file: file, folder: folder, name: RecordingName("{call}.wav"), allowsSpecial: special)
    }

    @Test func `A recording goes to the named file, or to a folder under the pattern's name, or nowhere`()
        throws
    {
        let folder = TemporaryFolder()
        #expect(try place("call.wav").path(names) == "call.wav")
        #expect(try place("/dev/shm/pipe", special: true).path(names) == "/dev/shm/pipe")
        #expect(try place(nil, folder("calls")).path(names) == folder("calls/LINE-1.wav"))
        #expect(try place(nil).path(names) == nil)
    }

    @Test func `Places that exclude each other, or cannot grow, are refused`() throws {
        for place in [place("a.wav", "b"), place(nil, special: true), place("-")] {
            let failure = #expect(throws: Failure.self) { try place.path(names) }
            #expect(failure?.status == .usage)
        }
        let error = #expect(throws: AudioFileError.self) { try place("call.flac").path(names) }
        #expect(error?.failure.status == .cannotCreate)
    }
}
