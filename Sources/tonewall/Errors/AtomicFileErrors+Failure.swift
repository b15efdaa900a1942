import AtomicFiles

extension AtomicFileError: CommandFailure {
    var failure: Failure {
        switch step {
        case .creating:
            Failure(.cannotCreate, file: path, "cannot be made: \(reason)", advice: "choose another place")
        case .writing:
            Failure.unwritten(path, reason)
        }
    }
}
