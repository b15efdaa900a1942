internal import Synchronization

/// Places in the making of a file where a test stops or kills the process; they do nothing in the product.
package enum FaultPoints {
    package enum Point: Sendable, Hashable, CaseIterable {
        case beforeRename
        case afterRename
        case afterExchange
    }

    private static let handler = Mutex<(@Sendable (Point) -> Void)?>(nil)

    /// An action at every point; only test programs set one.
    package static func atEach(_ action: (@Sendable (Point) -> Void)?) { handler.withLock { $0 = action } }

    static func reached(_ point: Point) { handler.withLock { $0 }?(point) }
}
