/// A table of constants that lives as long as the process.
///
/// The detectors of all channels read the same tables at every hop. Access by address avoids reference counting.
@safe
struct ConstantTable<Element: BitwiseCopyable>: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Element>
    private let count: Int

    init(_ elements: [Element]) {
        count = elements.count
        unsafe base = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
        for (i, element) in elements.enumerated() { unsafe (base + i).initialize(to: element) }
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "inside the table")
        return unsafe base[index]
    }

    /// Address of the first element.
    @inline(__always)
    @unsafe
    var address: UnsafePointer<Element> { unsafe UnsafePointer(base) }
}
