import AtomicFiles
import AudioIO
import Failures
import Glibc
import Ledger

/// Where payments are written unless a file is named (XDG Base Directory Specification).
enum StateFolder {
    /// The ledger of payments of `kind`; its folder is made where it is missing, for its owner alone.
    static func ledger(of kind: PaymentKind) throws -> String {
        let folder = try base() + "/tonewall"
        do {
            try WholeFile.makeFolder(folder, mode: 0o700)
        } catch {
            throw Failure(
                .cannotCreate, file: folder, "the folder for the ledger cannot be made",
                advice: "name a ledger with --ledger FILE, or add --no-ledger")
        }
        return folder + (kind == .test ? "/test-payments.db" : "/payments.db")
    }

    /// `$XDG_STATE_HOME`, else `~/.local/state`.
    private static func base() throws -> String {
        // The specification has relative ones ignored.
        if let folder = variable("XDG_STATE_HOME"), folder.hasPrefix("/") { return folder }
        guard let home = variable("HOME"), home.hasPrefix("/") else {
            throw Failure(
                .usage, "there is no home folder for the ledger",
                advice: "name one with --ledger FILE, or add --no-ledger")
        }
        return home + "/.local/state"
    }

    /// A folder in the environment: bytes, as every name.
    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe PathBytes.text(cString: $0) }
    }
}
