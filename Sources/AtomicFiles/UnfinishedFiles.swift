internal import Synchronization

/// The temporary files of this process, which are removed when a signal ends it.
package enum UnfinishedFiles {
    private struct State {
        var next = 0
        var files: [Int: (folder: Folder, name: [UInt8])] = [:]
    }
    private static let state = Mutex(State())

    static func add(_ folder: Folder, _ name: [UInt8]) -> Int {
        state.withLock {
            $0.next += 1
            $0.files[$0.next] = (folder, name)
            return $0.next
        }
    }

    static func remove(_ number: Int) { state.withLock { _ = $0.files.removeValue(forKey: number) } }

    /// Removes every unfinished file, before a process ends without unwinding.
    package static func removeAll() {
        // A writer that renames at this time finds its temporary file gone, and fails.
        state.withLock { state in
            for file in state.files.values { file.folder.remove(file.name) }
            state.files = [:]
        }
    }
}
