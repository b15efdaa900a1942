import Testing

@testable import Archive

@Suite struct ArchiveProgressTests {
    @Test func `Progress shows files, hours and rate, and the time left from the bytes done`() {
        let progress = ArchiveProgress(files: 4, bytes: 1000)
        #expect(progress.words(after: 0) == "0 of 4 files, 0.0 h heard, 0 h an hour")
        progress.heard(3600)
        progress.finished(bytes: 250)
        #expect(progress.words(after: 10) == "1 of 4 files, 1.0 h heard, 360 h an hour, 30 s left")
        #expect(progress.words(after: 100) == "1 of 4 files, 1.0 h heard, 36 h an hour, 5 min left")
        progress.finished(bytes: 2000)
        #expect(progress.words(after: 10).hasSuffix("0 s left"))
    }
}
