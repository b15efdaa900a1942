package import Failures
internal import Glibc

extension OutputQueue {
    /// The error of this output after a failed write. `advice` gives the consequence for the call.
    package func failure(_ advice: String) -> Failure {
        let what =
            switch fault {
            case nil where isBehind: "its reader stands still"
            case nil, EPIPE: "nobody reads it any more"
            case let code?: "writing failed: \(unsafe String(cString: strerror(code)))"
            }
        return Failure(
            .inputOutput, code: "output.gone", file: descriptor == STDOUT_FILENO ? "standard output" : "standard error",
            what, advice: advice
        )
    }
}
