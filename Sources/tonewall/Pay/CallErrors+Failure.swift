import AudioIO
import CallControl
import Failures

extension RecordingName.Fault: ReportableError {
    var failure: Failure {
        switch self {
        case .unknownPlace:
            Failure(
                .usage, "--record-name has a place that nothing stands for",
                advice: "{date}, {time}, {call}, {session} or {reference}")
        case .noFileName:
            Failure(
                .usage, "--record-name makes no name for a file: 1 to 200 bytes, no '/', no '.' in front",
                advice: "leave it out")
        case .folder(let path, let reason): AudioFileError.cannotCreate(path: path, reason: reason).failure
        case .taken(let path): AudioFileError.alreadyThere(path: path).failure
        }
    }
}

extension CallRegistry.NameTaken: ReportableError {
    var failure: Failure {
        Failure(.usage, "a \(kind.rawValue) of that name is on already", advice: "choose another name")
    }
}
