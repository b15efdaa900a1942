import AtomicFiles
import Glibc
import Redaction

/// `redaction-child POINT PATH`: redacts the recording at PATH in its place, and is killed where POINT is reached.
@main
struct RedactionChild {
    static func main() {
        let words = CommandLine.arguments
        let point = FaultPoints.Point.allCases.first { "\($0)" == words[1] }
        FaultPoints.atEach { if $0 == point { kill(getpid(), SIGKILL) } }
        let result = Redactor().redact(words[2])
        print(result?.outcome.rawValue ?? "stopped")
    }
}
