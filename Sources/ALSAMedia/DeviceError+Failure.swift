package import Failures

extension DeviceError: ReportableError {
    package var failure: Failure {
        switch self {
        case .cannotOpen(let device, let reason, let available):
            let list =
                available.isEmpty
                ? "none opens; see tonewall devices" : "these open: " + available.joined(separator: ", ")
            return Failure(
                .noInput, code: "device.cannot-open", file: device, "cannot be opened: \(reason)", advice: list)
        case .cannotConfigure(let device, let wanted, let reason):
            return Failure(
                .noInput, code: "device.cannot-configure", file: device, "cannot run at \(wanted): \(reason)",
                advice: "see tonewall devices for what it can do")
        case .failed(let device, let reason):
            return Failure(
                .inputOutput, code: "device.failed", file: device, "failed: \(reason)", advice: "check its cable")
        }
    }
}
