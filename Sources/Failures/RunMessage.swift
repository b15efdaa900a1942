/// A message of long work. The caller writes it to the right output.
package enum RunMessage: Sendable, Hashable {
    /// A part of the result, for standard output.
    case result(String)
    /// A note about `file`, or about the run if that is `nil`: the end of a sentence.
    case note(file: String?, String)
    /// An error after which the work continues.
    case failure(Failure)
}
