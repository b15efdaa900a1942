import Gateway
import MockGateway

/// A fault of the gateway at an address; the address is what the reader can act on.
struct GatewayUnavailable: CommandFailure {
    var url: String
    var fault: GatewayFault

    var failure: Failure {
        switch fault {
        case .badAddress:
            Failure(.usage, "--gateway is no address", advice: "give one as https://HOST or http://127.0.0.1:PORT")
        case .insecureAddress:
            Failure(.usage, "--gateway would carry card data unencrypted", advice: "give an https address")
        case .notRecorded:
            Failure(
                .inputOutput, "the ledger cannot be written", advice: "check the disk, then tonewall ledger reconcile")
        case .cannotConnect:
            Failure(
                .unavailable, file: url, "the gateway cannot be reached", advice: "check the address and the network")
        case .untrusted:
            Failure(.unavailable, file: url, "the gateway cannot prove its name", advice: "check its certificate")
        case .timedOut:
            Failure(.unavailable, file: url, "the gateway did not answer in time", advice: "look the payment up later")
        case .closedEarly:
            Failure(
                .unavailable, file: url, "the gateway closed the connection before its reply was whole",
                advice: "look the payment up later")
        case .badReply:
            Failure(
                .unavailable, file: url, "the gateway's reply cannot be read",
                advice: "check that this is a gateway's address")
        case .serverError(let status):
            Failure(.unavailable, file: url, "the gateway answered \(status)", advice: "look the payment up later")
        case .refused(let status, let code):
            Failure(
                .unavailable, file: url, "the gateway refused: \(status)\(code.map { " \($0)" } ?? "")",
                advice: status == 401 ? "check the key" : nil)
        }
    }
}

extension MockGatewayError: CommandFailure {
    var failure: Failure {
        switch self {
        case .cannotListen(let port):
            Failure(.unavailable, "port \(port) on 127.0.0.1 cannot be had", advice: "choose another with --port, or 0")
        }
    }
}
