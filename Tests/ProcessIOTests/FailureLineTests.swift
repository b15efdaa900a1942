import Failures
import ProcessIO
import Testing

@Suite struct FailureLineTests {
    @Test func `A failure about a file is one line, whatever the file's name`() {
        let failure = Failure(
            .dataError, code: "audio.not-audio", file: "x\n\u{1B}[2Jtonewall: all clean", "is not audio\u{9B}31m")
        #expect(failure.line == "tonewall: x\\u{a}\\u{1b}[2Jtonewall: all clean: is not audio\\u{9b}31m")
    }

    @Test func `The advice follows the error in brackets`() {
        let failure = Failure.usage("no file is named", advice: "name one")
        #expect(failure.line == "tonewall: no file is named (name one)" && failure.code == "command.usage")
    }
}
