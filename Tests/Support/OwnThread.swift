internal import Dispatch
public import Testing

/// A suite whose tests compute or wait for a process for seconds: each test of it has a thread of its own.
///
/// The threads that all other tasks share are as many as the machine has cores. Two such tests on two cores would leave
/// a gateway or a client that runs beside them none, until somebody's patience is over.
public struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Executor(name: test.name)) { try await function() }
    }

    /// A serial queue: its thread comes on top of those that are shared.
    private final class Executor: TaskExecutor {
        private let queue: DispatchQueue

        init(name: String) { queue = DispatchQueue(label: name) }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}

extension Trait where Self == OwnThread {
    /// Each test has a thread of its own.
    public static var ownThread: Self { OwnThread() }
}
