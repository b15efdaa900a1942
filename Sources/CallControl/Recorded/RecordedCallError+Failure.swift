package import Failures

extension RecordedCallError: ReportableError {
    package var failure: Failure {
        switch self {
        case .agentLegMissing(let path):
            Failure(
                .dataError, code: "call.one-channel", file: path, "has one channel: the agent's leg is missing",
                advice: "give a recording with the caller on the left and the agent on the right")
        case .tooManyLegs(let path, let channels):
            Failure(
                .dataError, code: "call.channels", file: path, "has \(channels) channels: a call has two legs",
                advice: "give the caller on the left and the agent on the right")
        case .sampleRate(let path, let hz):
            Failure(
                .dataError, code: "call.rate", file: path, "has a rate of \(hz) Hz",
                advice: "resample it, as with sox IN -r 8000 OUT")
        }
    }
}
