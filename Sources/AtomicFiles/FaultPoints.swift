internal import Synchronization

/// Points in the creation of a file at which a test stops or kills the process. They do nothing in the product.
package enum FaultPoints {
    package enum Point: Sendable, Hashable, CaseIterable {
        case beforeRename
        case afterRename
        case afterExchange
    }

    private static let handler = Mutex<(@Sendable (Point) -> Void)?>(nil)

    /// Sets an action for every point. Only test programs do so.
    package static func atEach(_ action: (@Sendable (Point) -> Void)?) { handler.withLock { $0 = action } }

    static func reached(_ point: Point) { handler.withLock { $0 }?(point) }
}
