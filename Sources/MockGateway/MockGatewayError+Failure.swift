package import Failures

extension MockGatewayError: ReportableError {
    package var failure: Failure {
        switch self {
        case .cannotListen(let port):
            Failure(
                .unavailable, code: "mock.port-taken", "port \(port) on 127.0.0.1 cannot be had",
                advice: "choose another with --port, or 0")
        case .stateUnusable(let path):
            Failure(
                .dataError, code: "mock.state-unusable", file: path, "is no state file that can be used",
                advice: "give another name, or remove it")
        case .cannotStart:
            Failure(
                .unavailable, code: "mock.cannot-start", "the mock gateway cannot be started",
                advice: "name a gateway with --gateway URL")
        }
    }
}
