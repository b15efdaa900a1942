import Foundation
import Ledger

/// Where payments are written unless a file is named (XDG Base Directory Specification).
enum StateFolder {
    /// The ledger of payments of `kind`; its folder is made where it is missing, for its owner alone.
    static func ledger(of kind: PaymentKind) throws -> String {
        let folder = try base() + "/tonewall"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .cannotCreate, file: folder, "the folder for the ledger cannot be made",
                advice: "name a ledger with --ledger FILE, or add --no-ledger")
        }
        return folder + (kind == .test ? "/test-payments.db" : "/payments.db")
    }

    /// `$XDG_STATE_HOME`, else `~/.local/state`.
    private static func base() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        // The specification has relative ones ignored.
        if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return folder }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw Failure(
                .usage, "there is no home folder for the ledger",
                advice: "name one with --ledger FILE, or add --no-ledger")
        }
        return home + "/.local/state"
    }
}
