internal import AtomicFiles
internal import AudioIO
package import Failures
package import Ledger
internal import LedgerHost
internal import LedgerSQLite

/// The user's choice of a ledger.
package enum LedgerChoice: Sendable, Hashable {
    /// The ledger of the account that runs this process, of test payments or of real ones.
    case ofAccount
    case file(String)
    /// Payments are written to no ledger.
    case none

    /// The ledger's file; `nil` for ``none``. The folder of ``ofAccount`` is created for its owner only if it is
    /// missing.
    ///
    /// - Throws: ``Failure`` if no folder can be determined or created.
    package func path(of kind: PaymentKind) throws(Failure) -> String? {
        switch self {
        case .none: nil
        case .file(let path): path
        case .ofAccount: try Self.accountFolder() + (kind == .test ? "/test-payments.db" : "/payments.db")
        }
    }

    /// `tonewall` in `$XDG_STATE_HOME`, else in `~/.local/state` (XDG Base Directory Specification).
    private static func accountFolder() throws(Failure) -> String {
        guard let folder = PathBytes.accountFolder("XDG_STATE_HOME", else: ".local/state") else {
            throw Failure.usage(
                "there is no home folder for the ledger",
                advice: "name one with --ledger FILE, or add --no-ledger")
        }
        do throws(AudioFileError) { try WholeFile.makeFolder(folder, mode: 0o700) } catch {
            throw Failure(
                .cannotCreate, code: "ledger.no-folder", file: folder, "the folder for the ledger cannot be made",
                advice: "name a ledger with --ledger FILE, or add --no-ledger")
        }
        return folder
    }
}

/// The one place where a store is chosen.
extension Ledger {
    /// The ledger in the file at `path`, written by the account of this process.
    ///
    /// - Parameters:
    ///   - keyPath: The key file; `nil` for the ledger's name with `.key`.
    ///   - mustExist: Whether a missing ledger is refused rather than created.
    ///   - note: Receives the files that others could read or write until now.
    package static func open(
        _ path: String, keyPath: String? = nil, mustExist: Bool = false, note: (String) -> Void
    ) throws(LedgerError) -> Ledger {
        let ledger = try Ledger(path, by: .thisProcess, keyPath: keyPath, mustExist: mustExist)
        for file in ledger.tightened {
            note("tonewall: \(file): others could read or write it; it is its owner's alone now")
        }
        return ledger
    }

    /// Opens the ledger in the file at `path` for reading. It may be write-protected.
    package static func openToRead(
        _ path: String, keyPath: String? = nil, needsKey: Bool = false
    ) throws(LedgerError) -> Ledger {
        try Ledger(reading: path, keyPath: keyPath, needsKey: needsKey)
    }

    /// The paths of all files of the ledger at `path`.
    package static func files(_ path: String, keyPath: String? = nil) -> [String] {
        databaseFiles(path, keyPath: keyPath)
    }
}
