/// What long work says as it goes; whoever runs it writes each where it belongs.
package enum RunMessage: Sendable, Hashable {
    /// Text of the result, as for standard output.
    case result(String)
    /// Something to know about `file`, or about the run where that is `nil`: the end of a sentence.
    case note(file: String?, String)
    /// Something that went wrong; the work goes on.
    case failure(Failure)
}
